package project

import (
	"maps"
	"os"
	"slices"
	"testing"
)

func TestMounts(t *testing.T) {
	refused := parseMounts([]byte(`22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
23 22 0:21 / /proc rw - proc proc rw
24 22 0:40 / /home/u/My\040Drive rw - fuse.rclone remote: rw
25 22 0:41 / /home/u/nfs rw shared:5 master:1 - nfs4 server:/x rw
26 22 0:42 / /home/u/crypt rw - fuse.gocryptfs /home/u/.crypt rw
27 22 0:43 / /home/u/win rw - fuseblk /dev/sdb1 rw
28 22 0:44 / /mnt/c rw - 9p C:\134 rw
29 22 0:45 / /home/u/auto rw - autofs x rw
30 29 0:46 / /home/u/auto rw - ext4 x rw
31 22 0:47 / /home/u/share rw - virtiofs x rw
broken line
32 22 0:48 / /x
`))
	same(t, "mounts", slices.Sorted(maps.Keys(refused)), []string{"/home/u/My Drive", "/home/u/nfs", "/mnt/c", "/proc"})
	if refused["/proc"] != SkipPseudo || refused["/home/u/nfs"] != SkipNetwork {
		t.Errorf("%v", refused)
	}
}

// TestPseudo: /proc is not entered, whatever the roots are.
func TestPseudo(t *testing.T) {
	if m := readMounts([]string{"/"}); m.known && m.refuses("/proc") != SkipPseudo {
		t.Errorf("%v", m.refused)
	}
	var unknown mountTable
	if fi, err := os.Stat("/proc/self"); err == nil && fi.IsDir() && unknown.device("/proc") != SkipPseudo {
		t.Error("/proc is not known by its number")
	}
	if why := unknown.device(t.TempDir()); why != "" {
		t.Errorf("a temporary directory is not entered: %s", why)
	}
}
