package goenv

import "path/filepath"

// resolveTarget resolves what is built for, and what depends on it.
func (r *resolver) resolveTarget() {
	hostOS, hostArch := r.hostOS(), r.hostArch()
	r.computed("GOHOSTOS", hostOS, r.command.path)
	r.computed("GOHOSTARCH", hostArch, r.command.path)
	goos := r.plain("GOOS", hostOS, OriginDefault).Value
	goarch := r.plain("GOARCH", hostArch, OriginDefault).Value
	r.computed("GOEXE", exeSuffix(goos), "")
	if key := archKey(goarch); key != "" {
		def := archDefaults[key]
		if goarch == hostArch {
			// The default was chosen when go was built (GOARM after the builder's processor),
			// and go was built with it.
			def = r.builtOr(key, def)
		}
		r.plain(key, def, OriginDefault)
	}
	tools := ""
	if root := r.value("GOROOT"); root != "" {
		tools = filepath.Join(root, "pkg", "tool", hostOS+"_"+hostArch)
	}
	r.computed("GOTOOLDIR", tools, "")
	r.resolveCgo(goos, goarch, hostOS, hostArch)
}

// resolveCgo resolves CGO_ENABLED (cfg.defaultContext): 0 or 1 if one is set, else 0 for another target,
// else what the port can, unless the default C compiler is missing and CC is not in the environment.
func (r *resolver) resolveCgo(goos, goarch, hostOS, hostArch string) {
	if s, ok := r.lookup("CGO_ENABLED"); ok && (s.Value == "0" || s.Value == "1") {
		r.set(s)
		return
	}
	value := "0"
	if goos == hostOS && goarch == hostArch && cgoSupported(goos, goarch) {
		value = "1"
		if r.env[envKey(r.goos, "CC")] == "" {
			cc, _ := compilers(goos)
			if _, ok := r.lookPath(cc); !ok {
				value = "0"
			}
		}
	}
	r.computed("CGO_ENABLED", value, "")
}

// archDefaults are go's defaults for the keys of the architectures (cmd/dist).
var archDefaults = map[string]string{
	"GO386": "sse2", "GOAMD64": "v1", "GOARM": "7", "GOARM64": "v8.0", "GOMIPS": "hardfloat",
	"GOMIPS64": "hardfloat", "GOPPC64": "power8", "GORISCV64": "rva20u64", "GOWASM": "",
}

// archKey returns the key that refines an architecture, or "" (cfg.GetArchEnv).
func archKey(goarch string) string {
	switch goarch {
	case "386":
		return "GO386"
	case "amd64":
		return "GOAMD64"
	case "arm":
		return "GOARM"
	case "arm64":
		return "GOARM64"
	case "mips", "mipsle":
		return "GOMIPS"
	case "mips64", "mips64le":
		return "GOMIPS64"
	case "ppc64", "ppc64le":
		return "GOPPC64"
	case "riscv64":
		return "GORISCV64"
	case "wasm":
		return "GOWASM"
	}
	return ""
}

// ports are the systems and architectures that Go 1.26 builds for (internal/platform).
var ports = map[string]map[string]bool{
	"aix":       keySet("ppc64"),
	"android":   keySet("386 amd64 arm arm64"),
	"darwin":    keySet("amd64 arm64"),
	"dragonfly": keySet("amd64"),
	"freebsd":   keySet("386 amd64 arm arm64 riscv64"),
	"illumos":   keySet("amd64"),
	"ios":       keySet("amd64 arm64"),
	"js":        keySet("wasm"),
	"linux":     keySet("386 amd64 arm arm64 loong64 mips mips64 mips64le mipsle ppc64 ppc64le riscv64 s390x sparc64"),
	"netbsd":    keySet("386 amd64 arm arm64"),
	"openbsd":   keySet("386 amd64 arm arm64 mips64 ppc64 riscv64"),
	"plan9":     keySet("386 amd64 arm"),
	"solaris":   keySet("amd64"),
	"wasip1":    keySet("wasm"),
	"windows":   keySet("386 amd64 arm64"),
}

// IsSystem reports whether a name is a GOOS that Go 1.26 builds for.
func IsSystem(goos string) bool { return ports[goos] != nil }

// cgoSupported reports whether a port has cgo. One that is not listed above has none.
func cgoSupported(goos, goarch string) bool {
	if goarch == "wasm" || goos == "plan9" || goarch == "ppc64" && goos != "aix" {
		return false
	}
	return ports[goos][goarch]
}

// compilers returns the default C and C++ compilers for a target (cmd/dist: clangos).
func compilers(goos string) (cc, cxx string) {
	switch goos {
	case "darwin", "ios", "freebsd", "openbsd":
		return "clang", "clang++"
	}
	return "gcc", "g++"
}
