package check

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"syscall"

	"godoctor/doctor/finding"
	"godoctor/scan/goenv"
)

// An obstacle is what keeps the go command from making a directory, or from writing into it.
type obstacle uint8

const (
	noObstacle obstacle = iota
	aFile               // something else stands there, or above it
	aDeadLink           // a link there, or above it, leads to nothing
	closedToUs          // permissions
	readOnlyFS          // the file system
)

// A way is how far one gets towards a directory that go wants to write into.
type way struct {
	obstacle
	at     string // where the obstacle is: the directory itself, or one above it
	target string // of the dead link, absolute
	there  bool   // the directory itself exists
}

// wayTo goes towards a directory as os.MkdirAll does. It writes nothing: whether it could, System.Access tells.
func (m *Machine) wayTo(dir string) way {
	for at := dir; ; at = filepath.Dir(at) {
		fi, err := os.Stat(at)
		switch {
		case err == nil && !fi.IsDir():
			return way{obstacle: aFile, at: at}
		case err == nil:
			return m.mayWrite(at, at == dir)
		case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.ELOOP):
			return way{obstacle: closedToUs, at: at}
		}
		if target, err := os.Readlink(at); err == nil {
			if !filepath.IsAbs(target) {
				target = filepath.Join(filepath.Dir(at), target)
			}
			return way{obstacle: aDeadLink, at: at, target: target}
		}
		if at == filepath.Dir(at) {
			return way{obstacle: closedToUs, at: at} // not even a root: a drive that is not there
		}
	}
}

// mayWrite is the way to a directory that exists.
func (m *Machine) mayWrite(dir string, there bool) way {
	w := way{at: dir, there: there}
	if mount, err := m.System.Mount(dir); err == nil && mount.ReadOnly {
		w.obstacle = readOnlyFS
		return w
	}
	switch err := m.System.Access(dir); {
	case errors.Is(err, syscall.EROFS):
		w.obstacle = readOnlyFS
	case err != nil:
		w.obstacle = closedToUs
	}
	return w
}

// describe says in words what stands in the way to dir. Raw.
func (m *Machine) describe(w way, dir string) string {
	above := ""
	if w.at != dir {
		above = ", above it,"
	}
	switch w.obstacle {
	case aFile:
		return fmt.Sprintf("%s%s is no directory", w.at, above)
	case aDeadLink:
		return fmt.Sprintf("%s%s is a link to %s, which does not exist", w.at, above, w.target)
	case readOnlyFS:
		return fmt.Sprintf("%s%s lies on a file system that is mounted read-only", w.at, above)
	case closedToUs:
		if e, err := m.System.Entry(w.at); err == nil {
			return fmt.Sprintf("%s%s belongs to %s and has the mode %v: %s may not write into it", w.at, above, userName(e.UID), e.Mode.Perm(), userName(m.System.UID))
		}
		return fmt.Sprintf("%s%s cannot be entered by %s", w.at, above, userName(m.System.UID))
	}
	return w.at + " can be written into"
}

// userName is how a finding names a user: by number, for names are not told by files alone.
func userName(uid int) string {
	switch uid {
	case 0:
		return "root"
	case -1:
		return "this user"
	}
	return "user " + strconv.Itoa(uid)
}

// The fixes of places. Their names are part of the JSON contract.
const (
	FixMoveAway   = "move-away"   // what stands where a directory should be
	FixMakeTarget = "make-target" // the directory that a link or a setting leads to
	FixTakeOver   = "take-over"   // give files back to their user: a person does it, as root
	FixElsewhere  = "elsewhere"   // another directory, or another file system
	FixFreeSpace  = "free-space"  // godoctor clean
)

// clear are the fixes for what is in the way to the directory of a setting, the smallest first.
func (m *Machine) clear(w way, s goenv.Setting) []finding.Fix {
	var fixes []finding.Fix
	made := s.Origin == goenv.OriginEnvironment || s.Origin == goenv.OriginFile || s.Origin == goenv.OriginGoroot
	if made {
		fixes = append(fixes, unset(s))
	}
	switch w.obstacle {
	case aFile:
		fixes = append(fixes, finding.Fix{ID: FixMoveAway, Title: "move " + w.at + " away, go makes the directory",
			Argv: m.unixOnly("mv", w.at, w.at+".old"), Undo: "move it back"})
	case aDeadLink:
		fixes = append(fixes, finding.Fix{ID: FixMakeTarget, Title: "make " + w.target + ", or mount what it lies on", Argv: m.unixOnly("mkdir", "-p", w.target)})
	case closedToUs:
		if m.ours(w.at) {
			fixes = append(fixes, m.takeOver(w.at))
		}
	}
	if !made {
		fixes = append(fixes, finding.Fix{ID: FixElsewhere, Title: "set " + s.Key + " to a directory that " + userName(m.System.UID) + " may write into"})
	}
	return fixes
}

// ours reports whether a path lies below the home directory, where giving files back to their user is right.
func (m *Machine) ours(path string) bool {
	if m.Home == "" || !filepath.IsAbs(m.Home) || m.Home == filepath.Dir(m.Home) {
		return false
	}
	rel, err := filepath.Rel(m.Home, path)
	return err == nil && filepath.IsLocal(rel)
}

// takeOver gives a tree back to this user.
func (m *Machine) takeOver(dir string) finding.Fix {
	owner := fmt.Sprintf("%d:%d", m.System.UID, m.System.GID)
	return finding.Fix{ID: FixTakeOver, Title: "give " + dir + " back to " + userName(m.System.UID), Argv: m.unixOnly("sudo", "chown", "-R", owner, dir)}
}

// unixOnly is a command that Windows does not have.
func (m *Machine) unixOnly(argv ...string) []string {
	if m.System.GOOS == "windows" {
		return nil
	}
	return argv
}
