BEGIN TRANSACTION;
CREATE TABLE ack (
	account TEXT NOT NULL, 
	"key" TEXT NOT NULL, 
	at DATETIME NOT NULL, 
	PRIMARY KEY (account, "key")
);
INSERT INTO "ack" VALUES('seller@imap.shop.example','stream-unknown:shop:news@walmart.com','2026-11-23 12:04:00.000000');
INSERT INTO "ack" VALUES('büro@books.example@imap.books.example','stream-unknown:shop:news@walmart.com','2026-11-23 12:30:00.000000');
CREATE TABLE action (
	account TEXT NOT NULL, 
	run TEXT NOT NULL, 
	seq INTEGER NOT NULL, 
	kind TEXT NOT NULL, 
	payload JSON NOT NULL, 
	state TEXT NOT NULL, 
	detail TEXT NOT NULL, 
	at DATETIME NOT NULL, 
	PRIMARY KEY (account, run, seq)
);
INSERT INTO "action" VALUES('seller@imap.shop.example','20261123T120500Z-2a03c7f2',1,'move','{"identity": "sha256:0", "uid": 0}','planned','as the server said: é','2026-11-23 12:07:00.000000');
INSERT INTO "action" VALUES('seller@imap.shop.example','20261123T120500Z-2a03c7f2',2,'move','{"identity": "sha256:0", "uid": 0}','planned','','2026-11-23 12:06:00.000000');
INSERT INTO "action" VALUES('seller@imap.shop.example','20261123T120800Z-7515b0ee',1,'move','{"identity": "sha256:1", "uid": 1}','sent','as the server said: é','2026-11-23 12:10:00.000000');
INSERT INTO "action" VALUES('seller@imap.shop.example','20261123T120800Z-7515b0ee',2,'move','{"identity": "sha256:1", "uid": 1}','planned','','2026-11-23 12:09:00.000000');
INSERT INTO "action" VALUES('seller@imap.shop.example','20261123T121200Z-4f0df6ed',1,'move','{"identity": "sha256:2", "uid": 2}','done','as the server said: é','2026-11-23 12:14:00.000000');
INSERT INTO "action" VALUES('seller@imap.shop.example','20261123T121200Z-4f0df6ed',2,'move','{"identity": "sha256:2", "uid": 2}','planned','','2026-11-23 12:13:00.000000');
INSERT INTO "action" VALUES('seller@imap.shop.example','20261123T121500Z-24b6da7d',1,'move','{"identity": "sha256:3", "uid": 3}','copied','as the server said: é','2026-11-23 12:17:00.000000');
INSERT INTO "action" VALUES('seller@imap.shop.example','20261123T121500Z-24b6da7d',2,'move','{"identity": "sha256:3", "uid": 3}','planned','','2026-11-23 12:16:00.000000');
INSERT INTO "action" VALUES('seller@imap.shop.example','20261123T121900Z-e42d6597',1,'move','{"identity": "sha256:4", "uid": 4}','skipped','as the server said: é','2026-11-23 12:21:00.000000');
INSERT INTO "action" VALUES('seller@imap.shop.example','20261123T121900Z-e42d6597',2,'move','{"identity": "sha256:4", "uid": 4}','planned','','2026-11-23 12:20:00.000000');
INSERT INTO "action" VALUES('seller@imap.shop.example','20261123T122200Z-710f64fc',1,'move','{"identity": "sha256:5", "uid": 5}','failed','as the server said: é','2026-11-23 12:24:00.000000');
INSERT INTO "action" VALUES('seller@imap.shop.example','20261123T122200Z-710f64fc',2,'move','{"identity": "sha256:5", "uid": 5}','planned','','2026-11-23 12:23:00.000000');
INSERT INTO "action" VALUES('büro@books.example@imap.books.example','20261123T123100Z-c5808063',1,'move','{"identity": "sha256:0", "uid": 0}','planned','as the server said: é','2026-11-23 12:33:00.000000');
INSERT INTO "action" VALUES('büro@books.example@imap.books.example','20261123T123100Z-c5808063',2,'move','{"identity": "sha256:0", "uid": 0}','planned','','2026-11-23 12:32:00.000000');
INSERT INTO "action" VALUES('büro@books.example@imap.books.example','20261123T123400Z-de03ca57',1,'move','{"identity": "sha256:1", "uid": 1}','sent','as the server said: é','2026-11-23 12:36:00.000000');
INSERT INTO "action" VALUES('büro@books.example@imap.books.example','20261123T123400Z-de03ca57',2,'move','{"identity": "sha256:1", "uid": 1}','planned','','2026-11-23 12:35:00.000000');
INSERT INTO "action" VALUES('büro@books.example@imap.books.example','20261123T123800Z-ae92ea12',1,'move','{"identity": "sha256:2", "uid": 2}','done','as the server said: é','2026-11-23 12:40:00.000000');
INSERT INTO "action" VALUES('büro@books.example@imap.books.example','20261123T123800Z-ae92ea12',2,'move','{"identity": "sha256:2", "uid": 2}','planned','','2026-11-23 12:39:00.000000');
INSERT INTO "action" VALUES('büro@books.example@imap.books.example','20261123T124100Z-a3872aae',1,'move','{"identity": "sha256:3", "uid": 3}','copied','as the server said: é','2026-11-23 12:43:00.000000');
INSERT INTO "action" VALUES('büro@books.example@imap.books.example','20261123T124100Z-a3872aae',2,'move','{"identity": "sha256:3", "uid": 3}','planned','','2026-11-23 12:42:00.000000');
INSERT INTO "action" VALUES('büro@books.example@imap.books.example','20261123T124500Z-c46abe25',1,'move','{"identity": "sha256:4", "uid": 4}','skipped','as the server said: é','2026-11-23 12:47:00.000000');
INSERT INTO "action" VALUES('büro@books.example@imap.books.example','20261123T124500Z-c46abe25',2,'move','{"identity": "sha256:4", "uid": 4}','planned','','2026-11-23 12:46:00.000000');
INSERT INTO "action" VALUES('büro@books.example@imap.books.example','20261123T124800Z-6940d992',1,'move','{"identity": "sha256:5", "uid": 5}','failed','as the server said: é','2026-11-23 12:50:00.000000');
INSERT INTO "action" VALUES('büro@books.example@imap.books.example','20261123T124800Z-6940d992',2,'move','{"identity": "sha256:5", "uid": 5}','planned','','2026-11-23 12:49:00.000000');
CREATE TABLE aftermath (
	account TEXT NOT NULL, 
	identity TEXT NOT NULL, 
	became TEXT NOT NULL, 
	since DATETIME NOT NULL, 
	was_read BOOLEAN NOT NULL, 
	"by" TEXT DEFAULT '' NOT NULL, 
	message_id TEXT DEFAULT '' NOT NULL, 
	subject TEXT DEFAULT '' NOT NULL, 
	PRIMARY KEY (account, identity)
);
INSERT INTO "aftermath" VALUES('seller@imap.shop.example','sha256:2','put-back','2026-11-23 12:00:00.000000',1,'a mail program','','📦');
INSERT INTO "aftermath" VALUES('büro@books.example@imap.books.example','sha256:2','put-back','2026-11-23 12:00:00.000000',1,'a mail program','','📦');
CREATE TABLE cursor (
	account TEXT NOT NULL, 
	folder TEXT NOT NULL, 
	role TEXT NOT NULL, 
	uidvalidity BIGINT NOT NULL, 
	uidnext BIGINT NOT NULL, 
	highestmodseq BIGINT, 
	message_count BIGINT NOT NULL, 
	rules TEXT NOT NULL, 
	swept_at DATETIME NOT NULL, 
	reached BIGINT DEFAULT '0' NOT NULL, 
	tail JSON, 
	PRIMARY KEY (account, folder)
);
INSERT INTO "cursor" VALUES('seller@imap.shop.example','Junk/Spam é','junk',1700000000,8,4611686018427387904,7,'7','2026-11-23 12:00:00.000000',0,NULL);
INSERT INTO "cursor" VALUES('seller@imap.shop.example','Gesendet','sent',2,44,NULL,43,'7','2026-11-23 12:00:00.000000',44,NULL);
INSERT INTO "cursor" VALUES('seller@imap.shop.example','INBOX','inbox',5,73,NULL,3,'7','2026-11-23 12:00:00.000000',73,NULL);
INSERT INTO "cursor" VALUES('büro@books.example@imap.books.example','Junk/Spam é','junk',1700000000,8,4611686018427387904,7,'7','2026-11-23 12:00:00.000000',0,NULL);
INSERT INTO "cursor" VALUES('büro@books.example@imap.books.example','Gesendet','sent',2,44,NULL,43,'7','2026-11-23 12:00:00.000000',44,NULL);
INSERT INTO "cursor" VALUES('büro@books.example@imap.books.example','INBOX','inbox',5,73,NULL,3,'7','2026-11-23 12:00:00.000000',73,NULL);
CREATE TABLE done (
	account TEXT NOT NULL, 
	"key" TEXT NOT NULL, 
	at DATETIME NOT NULL, 
	PRIMARY KEY (account, "key")
);
INSERT INTO "done" VALUES('seller@imap.shop.example','<büro@relay.walmart.com>','2026-11-23 12:26:00.000000');
INSERT INTO "done" VALUES('büro@books.example@imap.books.example','<büro@relay.walmart.com>','2026-11-23 12:52:00.000000');
CREATE TABLE message (
	account TEXT NOT NULL, 
	folder TEXT NOT NULL, 
	uidvalidity BIGINT NOT NULL, 
	uid BIGINT NOT NULL, 
	role TEXT NOT NULL, 
	identity TEXT NOT NULL, 
	message_id TEXT, 
	header_from TEXT NOT NULL, 
	subject TEXT NOT NULL, 
	received_at DATETIME NOT NULL, 
	size BIGINT NOT NULL, 
	marketplace TEXT NOT NULL, 
	stream TEXT, 
	kind TEXT, 
	standing TEXT NOT NULL, 
	checks JSON NOT NULL, 
	warnings JSON NOT NULL, 
	trick TEXT, 
	note TEXT NOT NULL, 
	hold TEXT NOT NULL, 
	staff_claim BOOLEAN NOT NULL, 
	recipients JSON NOT NULL, 
	thread JSON NOT NULL, 
	rules TEXT NOT NULL, 
	retry_at DATETIME, 
	gone_at DATETIME, 
	acked_at DATETIME, 
	moved_folder TEXT, 
	moved_uidvalidity BIGINT, 
	moved_uid BIGINT, 
	flags JSON DEFAULT '[]' NOT NULL, 
	sighting BIGINT DEFAULT '0' NOT NULL, 
	registered JSON DEFAULT '[]' NOT NULL, 
	orders JSON DEFAULT '[]' NOT NULL, 
	notification TEXT DEFAULT '' NOT NULL, 
	topic TEXT DEFAULT '' NOT NULL, 
	PRIMARY KEY (account, folder, uidvalidity, uid)
);
INSERT INTO "message" VALUES('seller@imap.shop.example','Junk/Spam é',1700000000,1,'junk','sha256:0000000000000000000000000000000000000000000000000000000000000001',NULL,'"Mary" <0000000000000000000000000000000000000001@relay.walmart.com>','=?utf-8?q?Where_is_my_order=3F?= 📦','2026-11-22 12:00:00.000000',4000000001,'walmart',NULL,NULL,'genuine','[]','[]',NULL,'','',0,'[]','{"in_reply_to": null, "references": [], "reply_to": []}','7',NULL,'2026-11-23 12:02:00.000000',NULL,'INBOX',5,70,'[]',1,'[]','[]','','');
INSERT INTO "message" VALUES('seller@imap.shop.example','Junk/Spam é',1700000000,2,'junk','sha256:0000000000000000000000000000000000000000000000000000000000000002','<a''b"c@relay.walmart.com>','"Mary" <0000000000000000000000000000000000000002@relay.walmart.com>','=?utf-8?q?Where_is_my_order=3F?= 📦','2026-11-21 12:00:00.000000',4000000002,'walmart','walmart-relay','customer','unverified','[{"rule": "known-stream", "passed": true, "detail": "it is"}, {"rule": "proof", "passed": null, "detail": "DNS did not answer"}]','["links elsewhere"]','look-alike','not decided','put back',1,'["support@shop.example"]','{"in_reply_to": "<one@x.example>", "references": ["<two@x.example>"], "reply_to": ["reply@x.example"]}','7','2026-11-23 13:00:00.000000',NULL,'2026-11-23 12:03:00.000000',NULL,NULL,NULL,'[]',1,'[]','[]','','');
INSERT INTO "message" VALUES('seller@imap.shop.example','Junk/Spam é',1700000000,3,'junk','sha256:0000000000000000000000000000000000000000000000000000000000000003','<a''b"c@relay.walmart.com>','"Mary" <0000000000000000000000000000000000000003@relay.walmart.com>','=?utf-8?q?Where_is_my_order=3F?= 📦','2026-11-20 12:00:00.000000',4000000003,'walmart','walmart-relay','customer','genuine','[{"rule": "known-stream", "passed": true, "detail": "it is"}, {"rule": "proof", "passed": null, "detail": "DNS did not answer"}]','["links elsewhere"]','look-alike','not decided','put back',1,'["support@shop.example"]','{"in_reply_to": "<one@x.example>", "references": ["<two@x.example>"], "reply_to": ["reply@x.example"]}','7','2026-11-23 13:00:00.000000',NULL,NULL,NULL,NULL,NULL,'[]',1,'[]','[]','','');
INSERT INTO "message" VALUES('seller@imap.shop.example','Junk/Spam é',1700000000,4,'junk','sha256:0000000000000000000000000000000000000000000000000000000000000004',NULL,'"Mary" <0000000000000000000000000000000000000004@relay.walmart.com>','=?utf-8?q?Where_is_my_order=3F?= 📦','2026-11-19 12:00:00.000000',4000000004,'walmart',NULL,NULL,'unverified','[]','[]',NULL,'','',0,'[]','{"in_reply_to": null, "references": [], "reply_to": []}','7',NULL,'2026-11-23 12:01:00.000000',NULL,NULL,NULL,NULL,'[]',1,'[]','[]','','');
INSERT INTO "message" VALUES('seller@imap.shop.example','INBOX',5,5,'inbox','sha256:0000000000000000000000000000000000000000000000000000000000000005',NULL,'"Mary" <0000000000000000000000000000000000000005@relay.walmart.com>','=?utf-8?q?Where_is_my_order=3F?= 📦','2026-11-18 12:00:00.000000',4000000005,'walmart',NULL,NULL,'genuine','[]','[]',NULL,'','',0,'[]','{"in_reply_to": null, "references": [], "reply_to": []}','7',NULL,NULL,NULL,NULL,NULL,NULL,'["$Junk", "\\Seen"]',2,'[]','[]','','');
INSERT INTO "message" VALUES('seller@imap.shop.example','INBOX',5,71,'inbox','sha256:0000000000000000000000000000000000000000000000000000000000000006',NULL,'"Mary" <0000000000000000000000000000000000000006@relay.walmart.com>','=?utf-8?q?Where_is_my_order=3F?= 📦','2026-11-17 12:00:00.000000',4000000006,'walmart',NULL,NULL,'unverified','[]','[]',NULL,'','',0,'[]','{"in_reply_to": null, "references": [], "reply_to": []}','7',NULL,NULL,NULL,NULL,NULL,NULL,'[]',3,'["b\u00fcro@shop.example"]','[]','','');
INSERT INTO "message" VALUES('seller@imap.shop.example','INBOX',5,72,'inbox','sha256:0000000000000000000000000000000000000000000000000000000000000007',NULL,'"Mary" <0000000000000000000000000000000000000007@relay.walmart.com>','=?utf-8?q?Where_is_my_order=3F?= 📦','2026-11-16 12:00:00.000000',4000000007,'walmart',NULL,NULL,'genuine','[]','[]',NULL,'','',0,'[]','{"in_reply_to": null, "references": [], "reply_to": []}','7',NULL,NULL,NULL,NULL,NULL,NULL,'[]',4,'[]','["1815367951431"]','BBC_MESSAGE_SENT_TO_MERCHANT','delivery');
INSERT INTO "message" VALUES('büro@books.example@imap.books.example','Junk/Spam é',1700000000,1,'junk','sha256:0000000000000000000000000000000000000000000000000000000000000001',NULL,'"Mary" <0000000000000000000000000000000000000001@relay.walmart.com>','=?utf-8?q?Where_is_my_order=3F?= 📦','2026-11-22 12:00:00.000000',4000000001,'walmart',NULL,NULL,'genuine','[]','[]',NULL,'','',0,'[]','{"in_reply_to": null, "references": [], "reply_to": []}','7',NULL,'2026-11-23 12:28:00.000000',NULL,'INBOX',5,70,'[]',1,'[]','[]','','');
INSERT INTO "message" VALUES('büro@books.example@imap.books.example','Junk/Spam é',1700000000,2,'junk','sha256:0000000000000000000000000000000000000000000000000000000000000002','<a''b"c@relay.walmart.com>','"Mary" <0000000000000000000000000000000000000002@relay.walmart.com>','=?utf-8?q?Where_is_my_order=3F?= 📦','2026-11-21 12:00:00.000000',4000000002,'walmart','walmart-relay','customer','unverified','[{"rule": "known-stream", "passed": true, "detail": "it is"}, {"rule": "proof", "passed": null, "detail": "DNS did not answer"}]','["links elsewhere"]','look-alike','not decided','put back',1,'["support@shop.example"]','{"in_reply_to": "<one@x.example>", "references": ["<two@x.example>"], "reply_to": ["reply@x.example"]}','7','2026-11-23 13:00:00.000000',NULL,'2026-11-23 12:29:00.000000',NULL,NULL,NULL,'[]',1,'[]','[]','','');
INSERT INTO "message" VALUES('büro@books.example@imap.books.example','Junk/Spam é',1700000000,3,'junk','sha256:0000000000000000000000000000000000000000000000000000000000000003','<a''b"c@relay.walmart.com>','"Mary" <0000000000000000000000000000000000000003@relay.walmart.com>','=?utf-8?q?Where_is_my_order=3F?= 📦','2026-11-20 12:00:00.000000',4000000003,'walmart','walmart-relay','customer','genuine','[{"rule": "known-stream", "passed": true, "detail": "it is"}, {"rule": "proof", "passed": null, "detail": "DNS did not answer"}]','["links elsewhere"]','look-alike','not decided','put back',1,'["support@shop.example"]','{"in_reply_to": "<one@x.example>", "references": ["<two@x.example>"], "reply_to": ["reply@x.example"]}','7','2026-11-23 13:00:00.000000',NULL,NULL,NULL,NULL,NULL,'[]',1,'[]','[]','','');
INSERT INTO "message" VALUES('büro@books.example@imap.books.example','Junk/Spam é',1700000000,4,'junk','sha256:0000000000000000000000000000000000000000000000000000000000000004',NULL,'"Mary" <0000000000000000000000000000000000000004@relay.walmart.com>','=?utf-8?q?Where_is_my_order=3F?= 📦','2026-11-19 12:00:00.000000',4000000004,'walmart',NULL,NULL,'unverified','[]','[]',NULL,'','',0,'[]','{"in_reply_to": null, "references": [], "reply_to": []}','7',NULL,'2026-11-23 12:27:00.000000',NULL,NULL,NULL,NULL,'[]',1,'[]','[]','','');
INSERT INTO "message" VALUES('büro@books.example@imap.books.example','INBOX',5,5,'inbox','sha256:0000000000000000000000000000000000000000000000000000000000000005',NULL,'"Mary" <0000000000000000000000000000000000000005@relay.walmart.com>','=?utf-8?q?Where_is_my_order=3F?= 📦','2026-11-18 12:00:00.000000',4000000005,'walmart',NULL,NULL,'genuine','[]','[]',NULL,'','',0,'[]','{"in_reply_to": null, "references": [], "reply_to": []}','7',NULL,NULL,NULL,NULL,NULL,NULL,'["$Junk", "\\Seen"]',2,'[]','[]','','');
INSERT INTO "message" VALUES('büro@books.example@imap.books.example','INBOX',5,71,'inbox','sha256:0000000000000000000000000000000000000000000000000000000000000006',NULL,'"Mary" <0000000000000000000000000000000000000006@relay.walmart.com>','=?utf-8?q?Where_is_my_order=3F?= 📦','2026-11-17 12:00:00.000000',4000000006,'walmart',NULL,NULL,'unverified','[]','[]',NULL,'','',0,'[]','{"in_reply_to": null, "references": [], "reply_to": []}','7',NULL,NULL,NULL,NULL,NULL,NULL,'[]',3,'["b\u00fcro@shop.example"]','[]','','');
INSERT INTO "message" VALUES('büro@books.example@imap.books.example','INBOX',5,72,'inbox','sha256:0000000000000000000000000000000000000000000000000000000000000007',NULL,'"Mary" <0000000000000000000000000000000000000007@relay.walmart.com>','=?utf-8?q?Where_is_my_order=3F?= 📦','2026-11-16 12:00:00.000000',4000000007,'walmart',NULL,NULL,'genuine','[]','[]',NULL,'','',0,'[]','{"in_reply_to": null, "references": [], "reply_to": []}','7',NULL,NULL,NULL,NULL,NULL,NULL,'[]',4,'[]','["1815367951431"]','BBC_MESSAGE_SENT_TO_MERCHANT','delivery');
CREATE TABLE meta (
	"key" TEXT NOT NULL, 
	value TEXT NOT NULL, 
	PRIMARY KEY ("key")
);
INSERT INTO "meta" VALUES('schema','6');
CREATE TABLE own_signature (
	account TEXT NOT NULL, 
	domain TEXT NOT NULL, 
	selector TEXT NOT NULL, 
	seen_at DATETIME NOT NULL, 
	seen_in TEXT NOT NULL, 
	PRIMARY KEY (account, domain, selector)
);
INSERT INTO "own_signature" VALUES('seller@imap.shop.example','shop.example','s1','2026-11-23 12:00:00.000000','INBOX');
INSERT INTO "own_signature" VALUES('büro@books.example@imap.books.example','shop.example','s1','2026-11-23 12:00:00.000000','INBOX');
CREATE TABLE reply (
	account TEXT NOT NULL, 
	folder TEXT NOT NULL, 
	uidvalidity BIGINT NOT NULL, 
	uid BIGINT NOT NULL, 
	sent_at DATETIME NOT NULL, 
	header_from TEXT NOT NULL, 
	recipients JSON NOT NULL, 
	subject TEXT NOT NULL, 
	marketplace TEXT NOT NULL, 
	rules TEXT NOT NULL, 
	message_id TEXT, 
	date TEXT NOT NULL, 
	thread JSON NOT NULL, 
	automatic JSON NOT NULL, 
	gone_at DATETIME, 
	given JSON, 
	orders JSON DEFAULT '[]' NOT NULL, 
	remarks JSON, 
	digest TEXT DEFAULT '' NOT NULL, 
	PRIMARY KEY (account, folder, uidvalidity, uid)
);
INSERT INTO "reply" VALUES('seller@imap.shop.example','Gesendet',2,41,'2026-11-23 12:00:00.000000','Büro <support@shop.example>','["0@relay.walmart.com"]','Re: 📦','walmart','7','<1@shop.example>','Mon, 23 Nov 2026 12:00:00 +0000','{"in_reply_to": "<one@x.example>", "references": ["<two@x.example>"], "reply_to": []}','["auto-submitted: auto-replied"]',NULL,NULL,'[]',NULL,'');
INSERT INTO "reply" VALUES('seller@imap.shop.example','Gesendet',2,42,'2026-11-23 12:00:00.000000','Büro <support@shop.example>','["0@relay.walmart.com"]','Re: 📦','walmart','7','<1@shop.example>','Mon, 23 Nov 2026 12:00:00 +0000','{"in_reply_to": "<one@x.example>", "references": ["<two@x.example>"], "reply_to": []}','["auto-submitted: auto-replied"]',NULL,'[["phone", "+14792734000", "signature"], ["address", "DE 10115|B\u00fcro", "body"]]','[]',NULL,'');
INSERT INTO "reply" VALUES('seller@imap.shop.example','Gesendet',2,43,'2026-11-23 12:00:00.000000','Büro <support@shop.example>','["0@relay.walmart.com"]','Re: 📦','walmart','7','<1@shop.example>','Mon, 23 Nov 2026 12:00:00 +0000','{"in_reply_to": "<one@x.example>", "references": ["<two@x.example>"], "reply_to": []}','["auto-submitted: auto-replied"]',NULL,NULL,'["1815367951431"]','[["reply-overpromise", "We guarantee it, B\u00fcro.", "likely"]]','0000000000000000000000000000000000000000000000000000000000000000');
INSERT INTO "reply" VALUES('büro@books.example@imap.books.example','Gesendet',2,41,'2026-11-23 12:00:00.000000','Büro <support@shop.example>','["0@relay.walmart.com"]','Re: 📦','walmart','7','<1@shop.example>','Mon, 23 Nov 2026 12:00:00 +0000','{"in_reply_to": "<one@x.example>", "references": ["<two@x.example>"], "reply_to": []}','["auto-submitted: auto-replied"]',NULL,NULL,'[]',NULL,'');
INSERT INTO "reply" VALUES('büro@books.example@imap.books.example','Gesendet',2,42,'2026-11-23 12:00:00.000000','Büro <support@shop.example>','["0@relay.walmart.com"]','Re: 📦','walmart','7','<1@shop.example>','Mon, 23 Nov 2026 12:00:00 +0000','{"in_reply_to": "<one@x.example>", "references": ["<two@x.example>"], "reply_to": []}','["auto-submitted: auto-replied"]',NULL,'[["phone", "+14792734000", "signature"], ["address", "DE 10115|B\u00fcro", "body"]]','[]',NULL,'');
INSERT INTO "reply" VALUES('büro@books.example@imap.books.example','Gesendet',2,43,'2026-11-23 12:00:00.000000','Büro <support@shop.example>','["0@relay.walmart.com"]','Re: 📦','walmart','7','<1@shop.example>','Mon, 23 Nov 2026 12:00:00 +0000','{"in_reply_to": "<one@x.example>", "references": ["<two@x.example>"], "reply_to": []}','["auto-submitted: auto-replied"]',NULL,NULL,'["1815367951431"]','[["reply-overpromise", "We guarantee it, B\u00fcro.", "likely"]]','0000000000000000000000000000000000000000000000000000000000000000');
CREATE TABLE run (
	account TEXT NOT NULL, 
	id TEXT NOT NULL, 
	command TEXT NOT NULL, 
	started_at DATETIME NOT NULL, 
	finished_at DATETIME, 
	applied BOOLEAN NOT NULL, 
	exit_code INTEGER, 
	counts JSON, 
	PRIMARY KEY (account, id)
);
INSERT INTO "run" VALUES('seller@imap.shop.example','20261123T120500Z-2a03c7f2','rescue','2026-11-23 12:05:00.000000',NULL,1,NULL,NULL);
INSERT INTO "run" VALUES('seller@imap.shop.example','20261123T120800Z-7515b0ee','rescue','2026-11-23 12:08:00.000000','2026-11-23 12:11:00.000000',1,1,'{"seen": 1}');
INSERT INTO "run" VALUES('seller@imap.shop.example','20261123T121200Z-4f0df6ed','rescue','2026-11-23 12:12:00.000000',NULL,1,NULL,NULL);
INSERT INTO "run" VALUES('seller@imap.shop.example','20261123T121500Z-24b6da7d','rescue','2026-11-23 12:15:00.000000','2026-11-23 12:18:00.000000',1,3,'{"seen": 3}');
INSERT INTO "run" VALUES('seller@imap.shop.example','20261123T121900Z-e42d6597','rescue','2026-11-23 12:19:00.000000',NULL,1,NULL,NULL);
INSERT INTO "run" VALUES('seller@imap.shop.example','20261123T122200Z-710f64fc','rescue','2026-11-23 12:22:00.000000','2026-11-23 12:25:00.000000',1,5,'{"seen": 5}');
INSERT INTO "run" VALUES('büro@books.example@imap.books.example','20261123T123100Z-c5808063','rescue','2026-11-23 12:31:00.000000',NULL,1,NULL,NULL);
INSERT INTO "run" VALUES('büro@books.example@imap.books.example','20261123T123400Z-de03ca57','rescue','2026-11-23 12:34:00.000000','2026-11-23 12:37:00.000000',1,1,'{"seen": 1}');
INSERT INTO "run" VALUES('büro@books.example@imap.books.example','20261123T123800Z-ae92ea12','rescue','2026-11-23 12:38:00.000000',NULL,1,NULL,NULL);
INSERT INTO "run" VALUES('büro@books.example@imap.books.example','20261123T124100Z-a3872aae','rescue','2026-11-23 12:41:00.000000','2026-11-23 12:44:00.000000',1,3,'{"seen": 3}');
INSERT INTO "run" VALUES('büro@books.example@imap.books.example','20261123T124500Z-c46abe25','rescue','2026-11-23 12:45:00.000000',NULL,1,NULL,NULL);
INSERT INTO "run" VALUES('büro@books.example@imap.books.example','20261123T124800Z-6940d992','rescue','2026-11-23 12:48:00.000000','2026-11-23 12:51:00.000000',1,5,'{"seen": 5}');
CREATE INDEX message_sighting ON message (account, sighting);
CREATE INDEX message_message_id ON message (account, message_id);
CREATE INDEX message_identity ON message (account, identity, sighting);
CREATE INDEX action_state ON action (account, state);
COMMIT;
