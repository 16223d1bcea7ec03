package tree

import "sync/atomic"

// A Size is what something takes.
type Size struct {
	Bytes int64 // apparent bytes: the sum of st_size
	Disk  int64 // allocated bytes: the sum of st_blocks*512
	Files int64 // entries that are not directories
	Dirs  int64
}

// Add returns the sum of two sizes.
func (s Size) Add(t Size) Size {
	return Size{s.Bytes + t.Bytes, s.Disk + t.Disk, s.Files + t.Files, s.Dirs + t.Dirs}
}

// Sub returns s without t.
func (s Size) Sub(t Size) Size {
	return Size{s.Bytes - t.Bytes, s.Disk - t.Disk, s.Files - t.Files, s.Dirs - t.Dirs}
}

// A Cost is an account that a walk charges. It may be read while the walk runs.
//
// An inode with several names is paid by one Cost only: the one with the lowest Rank, and among equals
// the one with the lowest Key, so that the sums do not depend on which worker came first.
type Cost struct {
	Rank int    // the order among stores
	Key  string // the order within a store

	bytes, disk, files, dirs atomic.Int64
	pending                  atomic.Int32 // directories below that are still to be read
	started                  atomic.Bool
	flawed                   atomic.Bool // unreadable, odd or hard-linked entries: not fit for an index
}

// Size reads the account.
func (c *Cost) Size() Size {
	return Size{c.bytes.Load(), c.disk.Load(), c.files.Load(), c.dirs.Load()}
}

// Done reports whether a walk has read everything below the place that this Cost pays for.
func (c *Cost) Done() bool { return c.started.Load() && c.pending.Load() == 0 }

// Charge adds to the account by hand, for what its owner knows from elsewhere.
func (c *Cost) Charge(s Size) {
	c.bytes.Add(s.Bytes)
	c.disk.Add(s.Disk)
	c.files.Add(s.Files)
	c.dirs.Add(s.Dirs)
}

// before orders two accounts for an inode that both have a name for.
func (c *Cost) before(d *Cost) bool {
	if c.Rank != d.Rank {
		return c.Rank < d.Rank
	}
	return c.Key < d.Key
}

// Started reports whether a walk came to a place that this Cost pays for.
func (c *Cost) Started() bool { return c.started.Load() }

// Flawed reports whether anything unreadable, odd or hard-linked was charged: then the sum may not hold
// for a later look, even at unchanged directories.
func (c *Cost) Flawed() bool { return c.flawed.Load() }
