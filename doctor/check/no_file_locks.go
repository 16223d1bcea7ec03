package check

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"godoctor/doctor/finding"
)

var noFileLocks = &Check{
	ID:       "no-file-locks",
	Title:    "go's files lie on a file system of another machine",
	Severity: finding.Error,
	Cost:     Stat,
	Covers:   []string{"C35"},
	Says: []string{
		"RLock …: no locks available",
		"Lock …: no locks available",
		"RLock …: function not implemented",
		"Lock …: function not implemented",
	},
	Help: Help{
		Why: "Go locks go.mod, the module cache and the build cache, so that two go commands do not write at once. File systems that are " +
			"shared over a network or with the host of a virtual machine (NFS, SMB, 9p, drvfs, vboxsf) know no locks, or lose them, or " +
			"lock on this machine only; some of them answer with an error, and go stops. All of them are slow for thousands of small files.",
		Look: "findmnt -T of $(go env GOMODCACHE), $(go env GOCACHE) and the project.",
		Do: "Keep the caches on a local disk: go env -w GOMODCACHE=DIR and GOCACHE=DIR. In WSL work in the Linux file system, not below " +
			"/mnt/c; in virtual machines not in a shared folder. An NFS server needs its lock daemon (rpc.statd, lockd) for NFS 3.",
		See: []string{"golang/go#37461", "golang/go#49894"},
	},
	Run: func(p *Pass) {
		mod, _ := p.Env.ModCache()
		build, _ := p.Env.BuildCache()
		p.remote("GOMODCACHE", mod, filepath.Join(mod, "cache", "lock"), finding.Warning)
		p.remote("GOCACHE", build, filepath.Join(build, "trim.txt"), finding.Warning)
		for _, q := range p.Projects {
			p.remote("the project", q.Dir, q.File, finding.Note)
		}
	},
}

// remote reports a directory on a file system that is not this machine's: as an error where a file in it cannot be locked,
// else with a severity of the caller's.
func (p *Pass) remote(name, dir, file string, s finding.Severity) {
	if dir == "" {
		return
	}
	mount, err := p.System.Mount(dir)
	if err != nil || !networkType(mount.Type) {
		return
	}
	f := finding.Finding{Target: finding.Target{Path: dir}, Fixes: []finding.Fix{{ID: FixElsewhere, Title: "move it to a local disk"}}}
	if strings.HasPrefix(name, "GO") {
		f.Fixes[0] = finding.Fix{ID: FixElsewhere, Title: "set " + name + " to a directory on a local disk"}
	}
	if mount.Point == "/" {
		s = finding.Note // all of this machine lies there: a sandbox, or a machine without a disk
	}
	f.Detail = fmt.Sprintf("%s (%s) lies on %s, mounted as %s", name, dir, mount.Point, mount.Type)
	switch err := p.System.TryLock(file); {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, fs.ErrPermission), err == nil:
		f.Detail += ": locks may not count for other machines, and it is slow"
		p.ReportAs(s, f)
	default:
		var sys *os.SyscallError
		if errors.As(err, &sys) {
			err = sys.Err
		}
		f.Title = "go cannot lock its files"
		f.Detail += fmt.Sprintf(", where %s cannot be locked: %v", filepath.Base(file), err)
		p.Report(f)
	}
}

// networkTypes are file systems, by the names that Linux, macOS and FreeBSD give them, whose files another machine has.
var networkTypes = map[string]bool{"nfs": true, "nfs4": true, "cifs": true, "smb3": true, "smbfs": true, "smb2": true, "9p": true,
	"drvfs": true, "vboxsf": true, "vmhgfs": true, "prl_fs": true, "afs": true, "afpfs": true, "webdav": true, "ncpfs": true, "lustre": true,
	"fuse.sshfs": true, "fuse.vmhgfs-fuse": true, "fuse.davfs": true, "davfs": true,
	"fuse.glusterfs": true, "fuse.rclone": true, "fuse.s3fs": true, "fuse.gcsfuse": true}

func networkType(t string) bool { return networkTypes[strings.ToLower(t)] }

// onNetwork reports whether a path lies on such a file system.
func (m *Machine) onNetwork(path string) bool {
	mount, err := m.System.Mount(path)
	return err == nil && networkType(mount.Type)
}
