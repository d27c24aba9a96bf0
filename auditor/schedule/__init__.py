"""The nightly job: a configuration goes in; a timer of systemd, a line of a crontab or a task of Windows comes out."""
