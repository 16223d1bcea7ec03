package sum

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

// A listing is what is in a directory and everything below it.
type listing struct {
	files  []string // where the regular files are, relative to the directory
	names  []string // what they are called in the hash, sorted; the same slice as files unless Job.Name is set
	odds   []Odd    // by name
	faults []Fault  // directories that could not be read, by name
	dirs   []Entry  // with Options.Entries: the directories, as they were before they were listed
	left   int
}

// A lister makes a listing. The names of one directory are sorted with a slash behind those of directories, and
// what is in a directory comes in its place: so all comes out sorted as whole names are.
type lister struct {
	listing
	ctx   context.Context
	job   *Job
	r     folderReader
	grow  func(int64) error
	stats bool    // Options.Entries
	buf   []byte  // the names of the directories on the way down
	names []named // the same
	count int
	bytes int
}

type named struct {
	at, end int // in buf; directories with a slash
	mode    fs.FileMode
}

// list reads the whole directory. grow is asked before memory is taken, in bytes, and its error given on; the other
// errors are ErrTooLarge, that of the context, and what keeps the directory itself from being read.
func list(ctx context.Context, job *Job, r folderReader, stats bool, grow func(int64) error) (*listing, error) {
	l := &lister{ctx: ctx, job: job, r: r, grow: grow, stats: stats}
	if err := l.dir("", 0); err != nil {
		return nil, err
	}
	l.listing.names = l.files
	if job.Name != nil {
		return &l.listing, l.rename()
	}
	return &l.listing, nil
}

// dir reads one directory, whose name is "" or ends with a slash.
func (l *lister) dir(rel string, depth int) error {
	if err := l.ctx.Err(); err != nil {
		return err
	}
	if depth > MaxDepth {
		l.faults = append(l.faults, Fault{rel, ErrDeep})
		return nil
	}
	bufAt, namesAt := len(l.buf), len(l.names)
	err := l.r.list(rel, func(name []byte, mode fs.FileMode) error { return l.take(rel, name, mode) })
	if err == nil {
		each := int64(len(rel)) + dirFileCost
		if l.stats {
			l.dirs = append(l.dirs, Entry{Name: strings.TrimSuffix(rel, "/"), Dir: true, Stat: l.r.last()})
			each += statCost
		}
		err = l.grow(int64(len(l.buf)-bufAt) + int64(len(l.names)-namesAt)*each)
		if err != nil {
			return err
		}
		names := l.names[namesAt:]
		slices.SortFunc(names, func(a, b named) int { return bytes.Compare(l.buf[a.at:a.end], l.buf[b.at:b.end]) })
		err = l.below(rel, names, depth)
		l.buf, l.names = l.buf[:bufAt], l.names[:namesAt]
		return err
	}
	l.buf, l.names = l.buf[:bufAt], l.names[:namesAt]
	if rel == "" || l.ctx.Err() != nil || l.full() != nil {
		return err
	}
	l.faults = append(l.faults, Fault{rel, err})
	return nil
}

// take keeps one name of the directory that is being read.
func (l *lister) take(rel string, name []byte, mode fs.FileMode) error {
	at := len(l.buf)
	l.buf = append(l.buf, name...)
	if mode.IsDir() {
		l.buf = append(l.buf, '/')
	}
	l.names = append(l.names, named{at, len(l.buf), mode})
	l.count++
	l.bytes += len(rel) + len(name)
	if l.count%1024 == 0 && l.ctx.Err() != nil {
		return l.ctx.Err()
	}
	return l.full()
}

func (l *lister) full() error {
	if l.count > MaxFiles || l.bytes > MaxNames {
		return fmt.Errorf("%w: the directory has more than %d files, or %d bytes of names", ErrTooLarge, MaxFiles, MaxNames)
	}
	return nil
}

// below goes through the sorted names of a directory. The names of its files are parts of one string.
func (l *lister) below(rel string, names []named, depth int) error {
	var all strings.Builder
	n, copies := 0, false
	for _, e := range names {
		n += len(rel) + e.end - e.at
		copies = copies || l.job.Toolchain && e.mode.IsRegular() && string(l.buf[e.at:e.end]) == "_go.mod"
	}
	all.Grow(n)
	for _, e := range names {
		at := all.Len()
		all.WriteString(rel)
		all.Write(l.buf[e.at:e.end])
		name := all.String()[at:]
		switch {
		case e.mode.IsDir():
			if l.job.Name != nil && l.job.Name(name) == "" {
				l.left++
			} else if err := l.dir(name, depth+1); err != nil {
				return err
			}
		case l.job.Name != nil && l.job.Name(name) == "", copies && e.mode.IsRegular() && name[len(rel):] == "go.mod":
			l.left++
		case e.mode.IsRegular():
			l.files = append(l.files, name)
		default:
			l.odds = append(l.odds, Odd{name, e.mode})
		}
	}
	return nil
}

// rename asks for the names that the files have in the hash, and sorts by them.
func (l *lister) rename() error {
	type both struct{ file, name string }
	all := make([]both, len(l.files))
	for i, f := range l.files {
		all[i] = both{f, l.job.Name(f)}
	}
	slices.SortFunc(all, func(a, b both) int { return strings.Compare(a.name, b.name) })
	l.listing.names = make([]string, len(all))
	for i, b := range all {
		if i > 0 && b.name == all[i-1].name {
			return fmt.Errorf("%q: %w", b.name, ErrDuplicate)
		}
		l.files[i], l.listing.names[i] = b.file, b.name
	}
	for i := range l.odds {
		l.odds[i].Name = l.job.Name(l.odds[i].Name)
	}
	slices.SortFunc(l.odds, func(a, b Odd) int { return strings.Compare(a.Name, b.Name) })
	return nil
}
