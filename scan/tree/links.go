package tree

import "sync"

// links is the ledger of inodes that have more than one name. The first name seen is charged at once,
// so that live figures are right on the way; when a better account turns up the charge moves to it.
// The outcome is the minimum over all names and does not depend on the order.
type links struct {
	mu   sync.Mutex
	paid map[ID]*Cost
}

// charge lets c pay for an inode unless an account that comes before it has a name for it too.
func (l *links) charge(id ID, c *Cost, s Size) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.paid == nil {
		l.paid = make(map[ID]*Cost)
	}
	old, ok := l.paid[id]
	switch {
	case !ok:
	case c.before(old):
		old.Charge(Size{}.Sub(s))
	default:
		return
	}
	l.paid[id] = c
	c.Charge(s)
}
