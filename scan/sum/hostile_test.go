package sum

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"godoctor/scan/meter"
)

// A fake is a folder in which reading goes wrong in a way that is told by the name of the file.
type fake struct {
	names []string
	size  int64
	open_ atomic.Int32 // files that are open
}

func (f *fake) reader([]byte) folderReader { return &fakeReader{fake: f} }
func (f *fake) close()                     {}

type fakeReader struct {
	*fake
	name string
}

var errDisk = errors.New("input/output error")

func (f *fakeReader) close() {}
func (f *fakeReader) shut()  { f.open_.Add(-1) }

func (f *fakeReader) last() Stat { return Stat{} }

func (f *fakeReader) list(dir string, each func([]byte, fs.FileMode) error) error {
	if dir == "unreadable/" {
		return fs.ErrPermission
	}
	if dir != "" {
		return fs.ErrNotExist
	}
	for _, n := range f.names {
		mode := fs.FileMode(0)
		if name, ok := strings.CutSuffix(n, "/"); ok {
			n, mode = name, fs.ModeDir
		}
		if err := each([]byte(n), mode); err != nil {
			return err
		}
	}
	return nil
}

func (f *fakeReader) open(name string) (int64, error) {
	switch name {
	case "unopenable":
		return 0, fs.ErrPermission
	case "vanished":
		return 0, fs.ErrNotExist
	case "became-a-link":
		return 0, ErrOdd
	case "huge":
		return MaxFile + 1, nil
	}
	f.name = name
	f.open_.Add(1)
	return f.size, nil
}

func (f *fakeReader) readAt(p []byte, off int64) (int, error) {
	size := f.size
	switch f.name {
	case "grows":
		size += 100
	case "endless":
		size = 1 << 62
	case "shrinks":
		size -= 100
	case "bad-block":
		return 0, errDisk
	}
	if off >= size {
		return 0, nil
	}
	n := int(min(int64(len(p)), size-off, 1000)) // fewer than asked for
	clear(p[:n])
	return n, nil
}

// Whatever happens to a file while it is read is told of that file, and the others are hashed.
func TestReadingGoesWrong(t *testing.T) {
	for _, size := range []int64{500, wholeMax - 1, wholeMax, wholeMax + 1, 3 << 20} {
		f := &fake{size: size, names: []string{"good", "unopenable", "vanished", "became-a-link", "grows", "endless", "shrinks", "bad-block",
			"unreadable/", "gone/", "new\nline"}}
		h := byFolder(t, f, Job{Path: modPath, Version: modVers})
		var got []string
		for _, x := range h.Faults {
			got = append(got, fmt.Sprintf("%q %v", x.Name, x.Err))
		}
		want := []string{`"bad-block" input/output error`, `"became-a-link" ` + ErrOdd.Error(), `"endless" ` + ErrGrew.Error(), `"gone/" file does not exist`,
			`"grows" ` + ErrGrew.Error(), `"new\nline" ` + ErrNewline.Error(), `"shrinks" ` + ErrShrank.Error(), `"unopenable" permission denied`,
			`"unreadable/" permission denied`, `"vanished" file does not exist`}
		for i := range want {
			want[i] = strings.ReplaceAll(want[i], "permission denied", fs.ErrPermission.Error())
		}
		if !slices.Equal(got, want) || h.Files != 1 || h.Bytes != size || h.Faulty != 10 || h.H1 != "" || !errors.Is(h.Err, errDisk) {
			t.Errorf("%d bytes: %d files, %d faults, %v:\n%s", size, h.Files, h.Faulty, h.Err, strings.Join(got, "\n"))
		}
		if rest, err := H1(prefix+"/", h.Contents); err != nil || rest != h.Rest {
			t.Errorf("the rest is %s, and not %s", h.Rest, rest)
		}
		if n := f.open_.Load(); n != 0 {
			t.Errorf("%d files were not closed", n)
		}
	}
}

func TestTooLargeDirectory(t *testing.T) {
	f := &fake{size: 1, names: []string{"huge"}}
	if h := byFolder(t, f, Job{}); !errors.Is(h.Err, ErrTooLarge) || h.Faulty != 1 {
		t.Errorf("a file beyond the limit: %+v", h)
	}
	for i := range MaxFiles + 1 {
		f.names = append(f.names, fmt.Sprint(i))
	}
	job := Job{Path: modPath, Version: modVers}
	if _, err := list(t.Context(), &job, f.reader(nil), false, func(int64) error { return nil }); !errors.Is(err, ErrTooLarge) {
		t.Errorf("too many files: %v", err)
	}
	deep := put(t, t.TempDir(), map[string]string{"x": "", strings.Repeat("d/", MaxDepth+5) + "f": "too deep", strings.Repeat("e/", MaxDepth) + "f": "x"})
	h := hashOf(t, Job{Dir: deep}).Dir
	if len(h.Faults) != 1 || h.Faults[0].Err != ErrDeep || h.Files != 2 {
		t.Errorf("too deep: %+v", h)
	}
}

// A sparse file of 4 GB takes no memory, and who cancels waits for a block of it at most.
func TestSparse(t *testing.T) {
	zip, dir := zipOf(t, map[string]string{"a": "a", "sparse": "s"})
	check(t, os.Truncate(filepath.Join(dir, "sparse"), 4<<30))
	const workers = 2
	for _, j := range []Job{{Dir: dir}, {Zip: zip, Dir: dir}} {
		j.Path, j.Version = modPath, modVers
		ctx, cancel := context.WithCancel(t.Context())
		m := new(meter.Meter)
		var stopped int64
		ended := make(chan bool)
		go func() {
			defer close(ended)
			for m.Sample().Bytes < 50<<20 && ctx.Err() == nil {
				time.Sleep(time.Millisecond)
			}
			cancel()
			stopped = m.Sample().Bytes
		}()
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		err := Run(ctx, []Job{j}, Options{Meter: m, Workers: workers}, func(r *Result) { t.Errorf("a result: %+v", r) })
		runtime.ReadMemStats(&after)
		cancel()
		<-ended
		if late := m.Sample().Bytes - stopped; err != context.Canceled || late > workers*blockLen {
			t.Errorf("%v, %d bytes after it was cancelled", err, late)
		}
		if used := after.TotalAlloc - before.TotalAlloc; used > 16<<20 {
			t.Errorf("%d bytes of memory", used)
		}
	}
}

// What was complete when the run was cancelled is given out, in order; nothing else is, and nothing stays open.
func TestCancel(t *testing.T) {
	zip, dir := zipOf(t, map[string]string{"a": "a"})
	jobs := make([]Job, 500)
	for i := range jobs {
		jobs[i] = Job{Path: modPath, Version: modVers, Zip: zip, Dir: dir}
	}
	ctx, cancel := context.WithCancel(t.Context())
	last := -1
	err := Run(ctx, jobs, Options{Workers: 4}, func(r *Result) {
		if r.Job <= last || !r.Same {
			t.Errorf("job %d after %d: %+v", r.Job, last, r)
		}
		if last = r.Job; last == 20 {
			cancel()
		}
	})
	if err != context.Canceled || last < 20 {
		t.Errorf("%v after %d", err, last)
	}
	if r := One(ctx, jobs[0], Options{}); r != nil {
		t.Errorf("a result after the end: %+v", r)
	}
	if err := Run(t.Context(), nil, Options{}, nil); err != nil {
		t.Error(err)
	}
}

// A panic of the receiver ends the run, and reaches the caller.
func TestPanic(t *testing.T) {
	zip, dir := zipOf(t, map[string]string{"a": "a"})
	defer func() {
		if v := recover(); v == nil || !strings.Contains(fmt.Sprint(v), "enough") {
			t.Errorf("recovered %v", v)
		}
	}()
	jobs := slices.Repeat([]Job{{Path: modPath, Version: modVers, Zip: zip, Dir: dir}}, 100)
	_ = Run(t.Context(), jobs, Options{}, func(*Result) { panic("enough") })
}

// A directory that is removed, and a file that grows, while they are read.
func TestChangesMeanwhile(t *testing.T) {
	files := map[string]string{"growing": "x"}
	for i := range 400 {
		files[fmt.Sprintf("d%d/f%d", i%20, i)] = "text"
	}
	zip, dir := zipOf(t, files)
	f, err := os.OpenFile(filepath.Join(dir, "growing"), os.O_APPEND|os.O_WRONLY, 0)
	check(t, err)
	defer f.Close()
	stop, ended := make(chan bool), make(chan bool)
	go func() {
		defer close(ended)
		block := make([]byte, 1<<20)
		for range 64 {
			select {
			case <-stop:
				return
			default:
				f.Write(block)
			}
		}
	}()
	for range 5 {
		if r := hashOf(t, Job{Zip: zip, Dir: dir}); r.Zip.Err != nil || r.Dir.Files+r.Dir.Faulty != 401 || r.Dir.Faulty > 1 {
			t.Errorf("growing: %+v, %+v", r.Zip, r.Dir)
		}
	}
	close(stop)
	<-ended
	gone := make(chan error)
	go func() { gone <- os.RemoveAll(dir) }()
	for range 20 {
		r := hashOf(t, Job{Zip: zip, Dir: dir})
		if r.Zip.Err != nil || r.Same || r.Dir.H1 != "" && r.Changed == 0 {
			t.Errorf("vanishing: %+v, %+v", r.Zip, r.Dir)
		}
	}
	check(t, <-gone)
	if r := hashOf(t, Job{Zip: zip, Dir: dir}); !errors.Is(r.Dir.Err, fs.ErrNotExist) {
		t.Errorf("gone: %+v", r.Dir)
	}
}

// Jobs that are large are worked on one after the other, and all cores work on one.
func TestManyFiles(t *testing.T) {
	files := smallFiles(20000).Files
	var all []raw
	for name, text := range files {
		all = append(all, raw{name: prefix + "/" + name, text: text})
	}
	zip, dir := save(t, makeZip(t, all...)), put(t, t.TempDir(), files)
	small, smallDir := zipOf(t, map[string]string{"a": "a"})
	var jobs []Job
	for range 2 {
		jobs = append(jobs, Job{Path: modPath, Version: modVers, Zip: zip, Dir: dir}, Job{Path: modPath, Version: modVers, Zip: small, Dir: smallDir})
	}
	next := 0
	check(t, Run(t.Context(), jobs, Options{Workers: 4, Memory: 1 << 20}, func(r *Result) {
		if !r.Same || r.Job != next || r.Job%2 == 0 && r.Dir.Files != 20000 {
			t.Errorf("job %d: %s, %+v, %+v", r.Job, told(r.Changes), r.Zip, r.Dir)
		}
		next++
	}))
	if next != len(jobs) {
		t.Errorf("%d results", next)
	}
}
