//go:build unix

package plan

import (
	"os"
	"path/filepath"
	"testing"
)

// Another file in the place of one is another thing, though it has the size and the times of that.
func TestStampReplaced(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	write(t, file, "mine")
	write(t, file+"2", "evil")
	age(t, 90, file, file+"2")
	was, reason := stampAt(file, false, true)
	if reason != "" || was.Inode == 0 {
		t.Fatalf("%+v, %q", was, reason)
	}
	must(t, os.Rename(file+"2", file))
	now, _ := stampAt(file, false, true)
	if now.Mtime != was.Mtime || now.Size != was.Size || now == was {
		t.Errorf("%+v, was %+v", now, was)
	}
}
