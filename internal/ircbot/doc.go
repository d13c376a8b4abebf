// Package ircbot is the door for channels of friends: lines of IRC become orders,
// and whoever gave one gets the reply, addressed to them.
//
// It promises to be a guest that nobody has to throw out: it sends no more than
// its limiter allows, answers no bots and no echoes, never lets content break out
// of its line, and comes back by itself, with patience, however it lost the
// network. An order is answered once, to the one who gave it, even if they have
// another nick by then; an answer whose asker has left is dropped with a line in
// the log. Long replies are cut and end with "more". On a server with labels
// (labeled-response) an answer that a channel refuses goes to the asker in private;
// on others the log tells of it and the answer is lost.
//
// It knows nothing of who may do what: the table of orders does. It knows the wire
// (github.com/ergochat/irc-go's ircmsg and ircreader); the connection is its own,
// since ircevent's neither ends with a context nor waits for all its goroutines,
// and pauses and nicks need more care than it takes.
//
// One goroutine owns all that belongs to a connection (session); one reads, one
// writes, and a few carry out orders. All end with Run.
package ircbot
