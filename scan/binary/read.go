package binary

import (
	"bytes"
	"debug/buildinfo"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"godoctor/scan/regular"
	"godoctor/scan/tree"
)

// Read looks at one file. It fails if there is no file that can be read; that the file is no Go program,
// or a damaged one, is a Problem of the result. PATH is not looked at.
func Read(path string) (Binary, error) {
	fi, err := os.Lstat(path)
	if err != nil {
		return Binary{}, fmt.Errorf("program %q cannot be read: %w", path, cause(err))
	}
	b := Binary{
		Path: path, Name: filepath.Base(path), Time: fi.ModTime(),
		Size: tree.Size{Bytes: fi.Size(), Disk: regular.Allocated(fi), Files: 1},
	}
	err = b.load(fi.Mode()&fs.ModeSymlink != 0, platform{runtime.GOOS, runtime.GOARCH})
	if err != nil {
		return Binary{}, fmt.Errorf("program %q cannot be read: %w", path, cause(err))
	}
	return b, nil
}

// load reads the file, through a link if it is one.
func (b *Binary) load(link bool, host platform) error {
	path := b.Path
	if link {
		target, err := filepath.EvalSymlinks(path)
		if errors.Is(err, fs.ErrNotExist) {
			return errors.New("a link to nothing")
		}
		if err != nil {
			return err
		}
		b.Link, path = target, target
	}
	f, err := regular.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	fi, err := f.Stat()
	if err != nil {
		return err
	}
	b.describe(f, fi.Size(), host)
	if b.Problem == "" && runtime.GOOS != "windows" && fi.Mode()&0o111 == 0 {
		b.Problem = "not executable"
	}
	return nil
}

// headSize holds the Go build ID of every format that has one near the front (cmd/internal/buildid).
const headSize = 32 << 10

// describe fills in what the content says.
func (b *Binary) describe(r io.ReaderAt, size int64, host platform) {
	head := make([]byte, min(size, headSize))
	if n, err := r.ReadAt(head, 0); n < len(head) {
		b.Problem = fmt.Sprintf("cannot be read to its end: %v", err)
		return
	}
	switch {
	case size == 0:
		b.Problem = "an empty file"
		return
	case bytes.HasPrefix(head, []byte("#!")):
		b.Problem, b.shim = describeScript(head), isShim(b.Link, head)
		return
	}
	form := formatOf(head)
	if form == formatUnknown {
		b.Problem, b.shim = "not a program", isShim(b.Link, nil)
		return
	}
	src := &source{r: r, left: readMax}
	info, err := buildInfo(src, head)
	if err == nil {
		b.fill(info, host)
		if form.truncated(&source{r: r, left: readMax}, head, size) {
			b.Problem = "truncated: parts that its header names are missing"
		}
		return
	}
	b.shim = isShim(b.Link, nil)
	b.Problem = explain(form, src, head, size, err)
}

// buildInfo is buildinfo.Read of a file that somebody may have made to hurt.
func buildInfo(src *source, head []byte) (info *buildinfo.BuildInfo, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("damaged: %v", v)
		}
	}()
	if why := absurd(head); why != "" {
		return nil, errors.New("damaged: " + why)
	}
	return buildinfo.Read(src)
}

// explain says why there is no build info.
func explain(form format, src *source, head []byte, size int64, err error) string {
	switch {
	case src.spent:
		return fmt.Sprintf("no build info in the part of %d MiB that is read", readMax>>20)
	case form.truncated(&source{r: src.r, left: readMax}, head, size):
		return fmt.Sprintf("a truncated %s program", form)
	case bytes.Contains(head[:min(len(head), 4096)], []byte("UPX!")):
		return "packed with upx, which hides the build info"
	case hasBuildID(head):
		return "a Go program without build info: stripped of it, or built before go1.13"
	case strings.HasSuffix(err.Error(), "not a Go executable"), form >= formatFat:
		// The magic number of a universal file is that of a Java class, too.
		return fmt.Sprintf("not a Go program (%s)", form)
	case strings.HasPrefix(err.Error(), "damaged: "):
		return err.Error()
	}
	return fmt.Sprintf("a damaged %s program: %v", form, err)
}

// hasBuildID recognises the build ID that every Go program has near its front: in a note of type 4 in ELF
// files, else where the code begins.
func hasBuildID(head []byte) bool {
	return bytes.Contains(head, []byte("\x04\x00\x00\x00Go\x00\x00")) || bytes.Contains(head, []byte("\xff Go build ID: \""))
}

// describeScript names what runs a script.
func describeScript(head []byte) string {
	line, _, _ := bytes.Cut(head[:min(len(head), 128)], []byte("\n"))
	return fmt.Sprintf("a script for %q, not a Go program", bytes.TrimSpace(line[2:]))
}

// isShim recognises what version managers put in the place of every program: asdf and goenv a script that
// hands over to them, mise a link to itself.
func isShim(link string, script []byte) bool {
	if name := strings.TrimSuffix(filepath.Base(link), ".exe"); name == "mise" || name == "rtx" {
		return true
	}
	script = script[:min(len(script), 2048)]
	for _, call := range []string{"asdf exec ", "asdf\" exec ", "# asdf-plugin:", "goenv exec ", "goenv\" exec ", "mise exec ", "mise x "} {
		if bytes.Contains(script, []byte(call)) {
			return true
		}
	}
	return false
}

// cause is the reason in err without the path, which the message names already.
func cause(err error) error {
	if pe := (*fs.PathError)(nil); errors.As(err, &pe) {
		return pe.Err
	}
	return err
}
