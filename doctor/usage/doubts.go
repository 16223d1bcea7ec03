package usage

import (
	"cmp"
	"fmt"
	"slices"
)

// doubt notes a doubt. It may be called from several goroutines.
func (l *look) doubt(d Doubt) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.Doubts = append(l.Doubts, d)
	l.Unsure = l.Unsure || !d.Bounded
}

// doubts adds what kept the scan from seeing everything, and sorts.
func (l *look) doubts() {
	f := l.found
	switch {
	case !l.Asked:
		l.doubt(Doubt{Message: "no projects were looked for"})
	case len(f.Roots) == 0:
		l.doubt(Doubt{Message: "no directory was searched for projects: only those that were found before are known"})
	case f.Interrupted || l.ctx.Err() != nil:
		l.doubt(Doubt{Message: "the look for projects was interrupted"})
	case len(f.Projects) == 0:
		l.doubt(Doubt{Message: "no project was found: name a directory that holds some with --root"})
	}
	for _, root := range f.Roots {
		if root.Err != nil {
			l.doubt(Doubt{Path: root.Path, Message: fmt.Sprintf("%q could not be searched for projects: %v", root.Path, root.Err)})
		}
	}
	if f.Unread > 0 {
		first := ""
		if len(f.Unreadable) > 0 {
			first = f.Unreadable[0].Path
		}
		l.doubt(Doubt{Path: first, Message: fmt.Sprintf(
			"%d places below the roots could not be searched for projects, the first is %q; leave them out with skip in the configuration if there are none", f.Unread, first)})
	}
	if l.modfile != "" && l.At(l.modfile) == nil {
		l.doubt(Doubt{Message: fmt.Sprintf(
			"GOFLAGS has -modfile=%s: what builds need is in a file that was not looked at; name it as a modfile in the configuration", l.modfile)})
	}
	if l.in.Config.Broken {
		l.doubt(Doubt{Message: "what the configuration protects is not known: it could not be read whole"})
	}
	slices.SortStableFunc(l.Doubts, func(a, b Doubt) int {
		if a.Bounded != b.Bounded {
			if b.Bounded {
				return -1
			}
			return 1
		}
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Message, b.Message))
	})
	l.Doubts = slices.Compact(l.Doubts)
}
