package sum

// A Stat is what the system says of an entry of a directory.
type Stat struct {
	Kind         uint32 // as the system numbers them; 0: it was not asked
	Size         int64
	Mtime, Ctime int64 // Unix nanoseconds
	Inode        uint64
}

// statCost is what it costs to keep one, in bytes.
const statCost = 40

// An Entry is an entry of an extracted directory as it was before it was read: a file before its first byte, a directory before its
// first name.
type Entry struct {
	Name string // relative to the directory, slash-separated, raw; "" is the directory itself
	Dir  bool
	Stat
}

// seen are the entries of a directory all of which was read. It is for when all tasks ended.
func (k *work) seen() []Entry {
	out := make([]Entry, 0, len(k.listing.dirs)+len(k.listing.files))
	out = append(out, k.listing.dirs...)
	for i, name := range k.listing.files {
		out = append(out, Entry{Name: name, Stat: k.dir.stats[i]})
	}
	return out
}
