package system

import (
	"io/fs"
	"testing"
)

func TestMay(t *testing.T) {
	s := System{UID: 7, GID: 8, Groups: []int{9}}
	for _, c := range []struct {
		uid, gid    int
		mode        fs.FileMode
		read, write bool
	}{
		{7, 0, 0o600, true, true},
		{7, 8, 0o077, false, false}, // the owner is not the others
		{0, 8, 0o640, true, false},
		{0, 9, 0o660, true, true},
		{0, 0, 0o640, false, false},
		{0, 0, fs.ModeDir | 0o755, true, false},
	} {
		e := Entry{UID: c.uid, GID: c.gid, Mode: c.mode}
		if read, write := s.May(e, 4), s.May(e, 2); read != c.read || write != c.write {
			t.Errorf("%d:%d %v: may read %v, write %v", c.uid, c.gid, c.mode, read, write)
		}
	}
	for _, uid := range []int{0, -1} {
		s.UID = uid
		if !s.May(Entry{UID: 3, GID: 3}, 6) {
			t.Errorf("user %d may not", uid)
		}
	}
}
