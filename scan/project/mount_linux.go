package project

import (
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"

	"godoctor/scan/system"
)

// A mountTable knows which directories are mount points that are not entered, by the path that the walk
// has for them.
type mountTable struct {
	refused map[string]SkipReason
	known   bool // the kernel has told all mount points
}

// mountInfo is where the kernel tells them (proc(5)).
const mountInfo = "/proc/self/mountinfo"

// Types of file systems, as in mountInfo.
var (
	networkTypes = words(`nfs nfs4 cifs smb3 smbfs ncpfs afs coda 9p ceph glusterfs lustre beegfs beegfs_nodev gpfs
		orangefs pvfs2 davfs acfs ocfs2 vboxsf vmhgfs prl_fs`)
	pseudoTypes = words(`autofs binfmt_misc bpf cgroup cgroup2 configfs debugfs devpts devtmpfs efivarfs fusectl
		hugetlbfs mqueue nsfs proc pstore resctrl rpc_pipefs securityfs selinuxfs smackfs sysfs tracefs`)
	// What is served by a program is taken for remote, unless it is known to be on this machine.
	localFUSE = words(`fuseblk virtiofs fuse.fuse-overlayfs fuse.mergerfs fuse.bindfs fuse.gocryptfs fuse.encfs
		fuse.cryfs fuse.securefs fuse.ntfs-3g fuse.exfat fuse.lxcfs fuse.unionfs fuse.zfs fuse.ext2 fuse.apfs`)
)

func words(s string) map[string]bool {
	m := make(map[string]bool)
	for _, w := range strings.Fields(s) {
		m[w] = true
	}
	return m
}

// typeReason is why a file system of a type is not entered; "" if it is.
func typeReason(name string) SkipReason {
	switch {
	case networkTypes[name]:
		return SkipNetwork
	case pseudoTypes[name]:
		return SkipPseudo
	case (name == "fuse" || strings.HasPrefix(name, "fuse.")) && !localFUSE[name]:
		return SkipNetwork
	}
	return ""
}

// readMounts reads the mount points below roots. A root may be named by a path with links in it.
func readMounts(roots []string) mountTable {
	data, err := os.ReadFile(mountInfo)
	if err != nil {
		return mountTable{}
	}
	t := mountTable{refused: make(map[string]SkipReason), known: true}
	refused := parseMounts(data)
	for _, root := range roots {
		root = filepath.Clean(root)
		real, err := filepath.EvalSymlinks(root)
		if err != nil {
			continue
		}
		for point, why := range refused {
			if rel, ok := below(real, point); ok {
				t.refused[filepath.Join(root, rel)] = why
			}
		}
	}
	return t
}

// parseMounts gives the mount points that are not entered.
func parseMounts(data []byte) map[string]SkipReason {
	refused := make(map[string]SkipReason)
	for _, m := range system.ParseMounts(string(data)) {
		delete(refused, m.Point)
		if why := typeReason(m.Type); why != "" {
			refused[m.Point] = why
		}
	}
	return refused
}

// refuses says why a directory is not entered, before it is opened.
func (t *mountTable) refuses(path string) SkipReason { return t.refused[path] }

// magics are the numbers of file systems (statfs(2)), for where the mount points are not told.
var magics = map[int64]SkipReason{
	0x6969: SkipNetwork, 0xff534d42: SkipNetwork, 0xfe534d42: SkipNetwork, 0x517b: SkipNetwork, 0x564c: SkipNetwork,
	0x01021997: SkipNetwork, 0x5346414f: SkipNetwork, 0x73757245: SkipNetwork, 0x00c36400: SkipNetwork,
	0x0bd00bd0: SkipNetwork, 0x65735546: SkipNetwork, 0x47504653: SkipNetwork,
	0x9fa0: SkipPseudo, 0x62656572: SkipPseudo, 0x1cd1: SkipPseudo, 0x27e0eb: SkipPseudo, 0x63677270: SkipPseudo,
	0x64626720: SkipPseudo, 0x74726163: SkipPseudo, 0x73636673: SkipPseudo, 0x6165676c: SkipPseudo,
	0x62656570: SkipPseudo, 0x958458f6: SkipPseudo, 0x19800202: SkipPseudo, 0x42494e4d: SkipPseudo,
	0x65735543: SkipPseudo, 0xcafe4a11: SkipPseudo, 0x0187: SkipPseudo, 0x6e736673: SkipPseudo,
}

// device says why a directory on another device than the one above it is not entered.
func (t *mountTable) device(path string) SkipReason {
	var s unix.Statfs_t
	if t.known || unix.Statfs(path, &s) != nil {
		return ""
	}
	return magics[int64(uint32(s.Type))]
}
