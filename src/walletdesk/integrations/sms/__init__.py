"""SMS: Twilio, Aliyun or the log. Each text is a template with a link, as Chinese carriers ask."""
