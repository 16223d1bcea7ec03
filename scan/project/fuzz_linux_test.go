package project

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"godoctor/scan/gocmd"
	"godoctor/scan/system"
)

// FuzzMounts: of the mount points that the kernel tells those are refused that are of a type that is not entered and are not
// hidden by a later one.
func FuzzMounts(f *testing.F) {
	f.Add("22 1 8:1 / / rw - ext4 /dev/sda1 rw\n23 22 0:5 / /mnt/a\\040b rw shared:1 - nfs4 h:/x rw\n24 22 0:6 / /mnt/a\\040b rw - ext4 x rw\n25 22 0:7 / /proc rw - proc proc rw\n")
	f.Add("1 2 3 / /x rw - fuse.sshfs x\n1 2 3 / /x\n1 2 3 / \\999 rw - nfs\n - nfs\n")
	f.Fuzz(func(t *testing.T, table string) {
		last := map[string]string{}
		for _, m := range system.ParseMounts(table) {
			last[m.Point] = m.Type
		}
		refused := parseMounts([]byte(table))
		for point, kind := range last {
			if refused[point] != typeReason(kind) {
				t.Fatalf("%q of type %q: %q", point, kind, refused[point])
			}
			delete(refused, point)
		}
		if len(refused) > 0 {
			t.Fatalf("%q are refused", refused)
		}
	})
}

// FuzzRefs: of what HEAD and the log of a stash say only object IDs are taken, and the newest entry of the stash is the one that
// its reference is.
func FuzzRefs(f *testing.F) {
	id := strings.Repeat("0123456789", 4)
	f.Add("ref: refs/heads/main\n", "0 "+id+" A <a@b> 1 +0000\tWIP\n"+id+" "+strings.Repeat("a", 40)+" A\n")
	f.Add(id+"\n", id)
	f.Add(strings.ToUpper(id), "\x00 "+id+" \n")
	dir := f.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "logs", "refs"), 0o777); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, head, log string) {
		for name, text := range map[string]string{"HEAD": head, "logs/refs/stash": log} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		if got := detached(dir); got != "" && (!gocmd.IsID(got) || got != strings.TrimSpace(head)) {
			t.Fatalf("HEAD is %q", got)
		}
		list := stashes(dir, id)
		if len(list) == 0 || list[0].ID != id || len(list) > strings.Count(log, "\n")+2 {
			t.Fatalf("%v", list)
		}
		for _, r := range list {
			if !gocmd.IsID(r.ID) || r.ID != id && !strings.Contains(log, r.ID) {
				t.Fatalf("%v", r)
			}
		}
	})
}
