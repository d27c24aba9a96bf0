# nothing here
/* require ["fileinto"]; */
