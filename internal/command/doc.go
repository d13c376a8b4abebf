// Package command is the one table of orders: a line of words becomes an order,
// the order becomes one transaction, and whoever gave it gets a reply.
//
// It promises that an order is whole or not at all: what it keeps is committed
// before anything is heard of it, what is heard happens in the order of the
// commits, and an order that fails leaves nothing behind but its record. It
// promises a sentence to a person, never a panic.
//
// It knows no transport (the doors hand it lines), no storage (Store) and no
// sound (Air); whoever composes the station supplies them.
package command
