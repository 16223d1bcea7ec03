package goenv

import (
	"os"
	"path/filepath"
)

// resolveModule resolves GOMOD and GOWORK by walking upwards from the directory (modload: Init, FindGoWork).
func (r *resolver) resolveModule() {
	gomod, nothing := "", os.DevNull
	switch r.value("GO111MODULE") {
	case "", "on":
	case "auto":
		nothing = "" // no module: GOPATH mode
	default:
		r.computed("GOMOD", "", "")
		r.resolveWork()
		return
	}
	if gomod = r.upwards("go.mod", ""); gomod == "" || r.inTempRoot(filepath.Dir(gomod)) {
		gomod = nothing
	}
	r.computed("GOMOD", gomod, "")
	r.resolveWork()
}

func (r *resolver) resolveWork() {
	s, ok := r.lookup("GOWORK")
	if ok && s.Value != "auto" {
		r.set(s)
		return
	}
	// The standard library is never part of a workspace around GOROOT.
	r.computed("GOWORK", r.upwards("go.work", r.value("GOROOT")), "")
}

// upwards returns the file of that name in the directory or the nearest one above it, or "". It does not
// go up into the directory stop.
func (r *resolver) upwards(name, stop string) string {
	if !isAbs(r.goos, r.dir) {
		return ""
	}
	for dir := filepath.Clean(r.dir); ; {
		file := filepath.Join(dir, name)
		if fi, err := os.Stat(file); err == nil && !fi.IsDir() {
			return file
		}
		up := filepath.Dir(dir)
		if up == dir || up == stop {
			return ""
		}
		dir = up
	}
}

// inTempRoot reports whether a directory is the root of temporary files. go passes over a go.mod there,
// which would take hold of everything that tests put below.
func (r *resolver) inTempRoot(dir string) bool {
	temp := r.env.tempDir(r.goos)
	if dir == temp {
		return true
	}
	if !isAbs(r.goos, temp) {
		return false
	}
	realTemp, err := filepath.EvalSymlinks(temp)
	if err != nil {
		realTemp = temp
	}
	realDir, err := filepath.EvalSymlinks(dir)
	if err != nil {
		realDir = dir
	}
	return realDir == temp || dir == realTemp || realDir == realTemp
}
