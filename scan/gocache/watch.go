package gocache

import (
	"strconv"
	"strings"
	"time"

	"godoctor/scan/tree"
)

// The watches of the first look. There is one type for each kind of directory whose names mean
// something.

// topWatch is GOCACHE itself.
type topWatch struct{ *Scan }

func (w topWatch) Dir(name string) (tree.Place, bool) {
	if w.verdict.own {
		if b, ok := hexByte(name); ok {
			return w.dirs[b].place(w.Scan, b), true
		}
		if name == "fuzz" {
			return tree.Place{Cost: &w.fuzz, Watch: fuzzWatch{w.Scan, ""}}, true
		}
	}
	if !w.verdict.looks { // somebody's directory: name it, do not read it
		w.alien(name, "directory, not the go command's, not read", false)
		return tree.Place{}, false
	}
	return tree.Place{Cost: w.alien(name, "directory, not the go command's", false)}, true
}

func (w topWatch) File(e tree.Entry) *tree.Cost {
	if w.verdict.own && e.Kind == tree.File && isState(e.Name) {
		w.state(e.Name)
		return &w.top
	}
	cost := w.alien(e.Name, alienFile(&e), false)
	if !w.verdict.looks {
		return nil
	}
	return cost
}

// state reads the time in trim.txt (Unix seconds) or testexpire.txt (Unix nanoseconds).
func (s *Scan) state(name string) {
	if name != "trim.txt" && name != "testexpire.txt" {
		return
	}
	n, err := strconv.ParseInt(strings.TrimSpace(string(readSmall(s.root, name))), 10, 64)
	if err != nil || n <= 0 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if name == "trim.txt" {
		s.trim = time.Unix(n, 0).UTC()
	} else {
		s.expire = time.Unix(0, n).UTC()
	}
}

// alienFile says in words what an alien is.
func alienFile(e *tree.Entry) string {
	if e.Kind != tree.File {
		return e.Kind.String() + ", not the go command's"
	}
	return "not the go command's"
}

// place is the meaning of one of the 256 directories.
func (d *hexDir) place(s *Scan, b byte) tree.Place {
	return tree.Place{Cost: &d.cost, Whole: true, Watch: hexWatch{s, d, b},
		Seen: func(st *tree.Stat, l *tree.Listing) {
			d.recalled.Store(l != nil)
			d.charge(slotDir, AgeUnknown, ownSize(st))
		}}
}

// hexWatch is one of the 256 directories.
type hexWatch struct {
	*Scan
	dir *hexDir
	b   byte
}

func (w hexWatch) Dir(name string) (tree.Place, bool) {
	if classify(w.b, name) == classOutput {
		x := &exeWatch{hexWatch: w, rel: hexName(w.b) + "/" + name}
		return tree.Place{Cost: &w.dir.cost, Watch: x, Seen: x.seen}, true
	}
	return w.stray(hexName(w.b) + "/" + name), true
}

// stray lists an alien directory.
func (w hexWatch) stray(rel string) tree.Place {
	return strayWatch{w.dir, w.alien(rel, "directory, not the go command's", true)}.place()
}

func (w hexWatch) File(e tree.Entry) *tree.Cost {
	size := sizeOf(&e)
	switch classFile(w.b, &e) {
	case classAction:
		w.dir.charge(slotAction, ageOf(w.now, e.Mtime), size)
	case classOutput:
		w.dir.charge(slotOutput, ageOf(w.now, e.Mtime), size)
	default:
		w.alien(hexName(w.b)+"/"+e.Name, alienFile(&e), true).Charge(size)
		w.dir.charge(slotAlien, AgeUnknown, size)
	}
	return &w.dir.cost
}

// exeWatch is an output that is a directory with one program in it. It is as old as the directory: go
// sets no time on the program.
type exeWatch struct {
	hexWatch
	rel string
	age Age
}

func (w *exeWatch) seen(st *tree.Stat, _ *tree.Listing) {
	w.age = ageOf(w.now, st.Mtime)
	w.dir.charge(slotExe, w.age, ownSize(st))
}

func (w *exeWatch) Dir(name string) (tree.Place, bool) { return w.stray(w.rel + "/" + name), true }

func (w *exeWatch) File(e tree.Entry) *tree.Cost {
	w.dir.charge(slotExe, w.age, sizeOf(&e))
	return &w.dir.cost
}

// strayWatch is an alien directory in one of the 256, with all below it.
type strayWatch struct {
	dir  *hexDir
	item *tree.Cost
}

func (w strayWatch) place() tree.Place {
	return tree.Place{Cost: &w.dir.cost, Watch: w, Seen: func(st *tree.Stat, _ *tree.Listing) {
		w.charge(ownSize(st))
	}}
}

func (w strayWatch) charge(size tree.Size) {
	w.item.Charge(size)
	w.dir.charge(slotAlien, AgeUnknown, size)
}

func (w strayWatch) Dir(string) (tree.Place, bool) { return w.place(), true }

func (w strayWatch) File(e tree.Entry) *tree.Cost {
	w.charge(sizeOf(&e))
	return &w.dir.cost
}

// fuzzWatch is fuzz/ and the parts of import paths below it. The directory named like a fuzz function
// holds the inputs.
type fuzzWatch struct {
	*Scan
	rel string // import path so far
}

func (w fuzzWatch) Dir(name string) (tree.Place, bool) {
	rel := join(w.rel, name)
	if w.rel != "" && isFuzzName(name) {
		return w.target(rel), true
	}
	return tree.Place{Cost: &w.fuzz, Watch: fuzzWatch{w.Scan, rel}}, true
}

func (w fuzzWatch) File(tree.Entry) *tree.Cost { return &w.fuzz }
