//go:build unix

package project

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestOdd: what is no file, or too large for one, is a note, and never a hang.
func TestOdd(t *testing.T) {
	w := newWorld(t)
	for _, name := range []string{"fifo", "dir", "socket", "sum", "vendor", "loop", "device"} {
		w.must(os.MkdirAll(w.path(name), 0o777))
	}
	w.must(syscall.Mkfifo(w.path("fifo/go.mod"), 0o666))
	w.must(os.Mkdir(w.path("dir/go.mod"), 0o777))
	w.file("dir/go.mod/in/go.mod", "module in\n")
	w.file("sum/go.mod", "module sum\n")
	w.must(syscall.Mkfifo(w.path("sum/go.sum"), 0o666))
	w.file("vendor.d/go.mod", "module v\n\ngo 1.24\n")
	w.must(os.Mkdir(w.path("vendor.d/vendor"), 0o777))
	w.must(syscall.Mkfifo(w.path("vendor.d/vendor/modules.txt"), 0o666))
	w.must(os.Symlink("go.mod", w.path("loop/go.mod")))
	w.must(os.Symlink(os.DevNull, w.path("device/go.mod")))
	for _, name := range []string{"large/go.mod", "huge/go.sum", "work/go.work"} {
		w.file(name, "")
		w.must(os.Truncate(w.path(name), 100<<20))
	}
	w.file("huge/go.mod", "module huge\n\nrequire example.com/a v1.0.0\n")
	w.must(os.MkdirAll(w.path("git/.git"), 0o777))
	w.must(syscall.Mkfifo(w.path("git/.git/HEAD"), 0o666))
	w.must(syscall.Mkfifo(w.path("git/.git/config"), 0o666))
	w.file("git/go.mod", "module git\n")

	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f := w.find(func(in *Input) {
		in.Git, in.BranchBudget = gitRunner(t), time.Second
		in.Seen = []string{w.path("fifo/go.mod")}
	})
	runtime.ReadMemStats(&after)
	if n := after.TotalAlloc - before.TotalAlloc; n > 64<<20 { // no file of 100 MiB was read
		t.Errorf("%d MiB were allocated", n>>20)
	}
	for name, want := range map[string]DoubtKind{
		"fifo/go.mod": DoubtNotFile, "dir/go.mod": DoubtNotFile, "sum/go.mod": DoubtNotFile, "vendor.d/go.mod": DoubtNotFile,
		"loop/go.mod": DoubtUnreadable, "device/go.mod": DoubtNotFile, "large/go.mod": DoubtTooLarge, "huge/go.mod": DoubtTooLarge,
		"work/go.work": DoubtTooLarge,
	} {
		p := w.one(f, name)
		same(t, name, kinds(p.Doubts), []DoubtKind{want})
		if bounded := want == DoubtNotFile; len(p.Doubts) == 1 && p.Doubts[0].Bounded != bounded {
			t.Errorf("%s: %+v", name, p.Doubts[0])
		}
	}
	if p := w.one(f, "huge/go.mod"); p.SumState != SumUnread || p.Main == nil {
		t.Errorf("%+v", p)
	}
	if p := w.one(f, "vendor.d/go.mod"); p.Vendor == nil || p.Vendor.Used || p.Vendor.Why == "" {
		t.Errorf("%+v", p.Vendor)
	}
	w.one(f, "dir/go.mod/in/go.mod")
	if len(f.Branches.Repositories) != 1 || f.Branches.Read != 0 {
		t.Errorf("%+v", f.Branches)
	}
}

// TestUnreadable: what may not be read is said. Root may read everything.
func TestUnreadable(t *testing.T) {
	w := newWorld(t)
	w.file("shut/go.mod", "module shut\n")
	w.file("file/go.mod", "module file\n")
	w.file("open/go.mod", "module open\n")
	w.must(os.Chmod(w.path("shut"), 0))
	defer os.Chmod(w.path("shut"), 0o755)
	w.must(os.Chmod(w.path("file/go.mod"), 0))
	f := w.find(func(in *Input) { in.Seen = []string{w.path("shut/go.mod")} })
	if os.Getuid() == 0 {
		same(t, "projects", w.files(f), []string{"file/go.mod", "open/go.mod", "shut/go.mod"})
		if f.Unread != 0 {
			t.Errorf("%+v", f.Unreadable)
		}
		return
	}
	if f.Unread != 1 || f.Unreadable[0].Path != w.path("shut") || f.Unreadable[0].Err != syscall.EACCES {
		t.Errorf("%d, %+v", f.Unread, f.Unreadable)
	}
	for _, name := range []string{"file/go.mod", "shut/go.mod"} {
		if p := w.one(f, name); len(p.Doubts) == 0 || p.Doubts[0].Kind != DoubtUnreadable || p.Doubts[0].Bounded || !strings.Contains(p.Doubts[0].Message, "permission denied") {
			t.Errorf("%s: %+v", name, p.Doubts)
		}
	}
}

// TestDeep: a tree without an end has one here.
func TestDeep(t *testing.T) {
	w := newWorld(t)
	w.must(os.MkdirAll(filepath.Join(w.dir, strings.Repeat("d/", depthLimit+5)), 0o777))
	w.file(strings.Repeat("d/", depthLimit)+"go.mod", "module d\n")
	w.file(strings.Repeat("d/", depthLimit+1)+"go.mod", "module d\n")
	f := w.find(nil)
	if len(f.Projects) != 1 || len(f.Skipped) != 1 || f.Skipped[0].Reason != SkipDeep || f.Skipped[0].Count != 1 {
		t.Errorf("%q, %+v", w.files(f), f.Skipped)
	}
}

// TestChanging: a tree that changes while it is walked is no trouble.
func TestChanging(t *testing.T) {
	w := newWorld(t)
	w.file("stays/go.mod", "module stays\n")
	done := make(chan bool)
	go func() {
		defer close(done)
		for range 100 {
			w.file("goes/a/go.mod", "module a\n")
			os.RemoveAll(w.path("goes"))
		}
	}()
	for range 50 {
		f := w.find(nil)
		w.one(f, "stays/go.mod")
		if len(f.Unreadable) != 0 {
			t.Errorf("%+v", f.Unreadable)
		}
	}
	<-done
}

func TestCounted(t *testing.T) {
	c := counted[string]{limit: 3}
	for _, s := range []string{"e", "b", "d", "a", "c", "f"} {
		c.add(s, s)
	}
	same(t, "the first", c.list, []string{"a", "b", "c"})
	if c.n != 6 {
		t.Error(c.n)
	}
}
