package ircbot

import "testing"

func TestAnOrderIsAnsweredInTheChannel(t *testing.T) {
	s := ngircd(t, "")
	ann := dialClient(t, s.address, "ann", "#band")
	bot := start(t, &orders{}, home(s.address, "#band"))
	bot.in(t, "#band")
	ann.say("#band", "!now")
	ann.hears("PRIVMSG", "#band :ann: done: now")
	ann.say("#band", "Bandstand: new funk key=Em")
	ann.hears("PRIVMSG", "#band :ann: done: new funk key=Em")
	ann.say("bandstand", "now")
	ann.hears("PRIVMSG", "ann :done: now")
}
