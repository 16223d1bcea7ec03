package scanfile

import (
	"time"

	"golang.org/x/mod/module"

	"godoctor/doctor/usage"
	"godoctor/scan"
	"godoctor/scan/goenv"
	"godoctor/scan/modcache"
	"godoctor/scan/modgraph"
	"godoctor/scan/project"
)

// foreign is a scan of a Windows machine: a workspace with a member that replaces a module by a directory, which needs a
// module version of the cache.
func foreign() *File {
	at := time.Date(2026, 11, 12, 12, 41, 0, 0, time.UTC)
	dep, lib := module.Version{Path: "example.com/Dep", Version: "v1.0.0"}, module.Version{Path: "example.com/lib", Version: "v0.0.0"}
	dir := module.Version{Path: `C:\src\lib`}
	env := goenv.Record{GOOS: "windows", Settings: []goenv.Setting{{Key: "GOMODCACHE", Value: `C:\go\mod`}}}
	inv := &scan.Inventory{Started: at, Finished: at, Done: true, Env: env.Env()}
	v := modcache.Version{Path: dep.Path, Version: dep.Version, Parts: modcache.HasDir | modcache.HasZip | modcache.HasZiphash,
		Dir: `C:\go\mod\example.com\!dep@v1.0.0`, Zip: `C:\go\mod\cache\download\example.com\!dep\@v\v1.0.0.zip`}
	inv.ModCache = &modcache.Cache{Root: `C:\go\mod`, Versions: []modcache.Version{v}}
	app := &project.Project{File: `C:\src\app\go.mod`, Dir: `C:\src\app`, Module: "example.com/app", Go: "1.21"}
	app.Main = &modgraph.Main{Path: app.Module, Dir: app.Dir, Go: app.Go, Require: []module.Version{lib},
		Replace: []modgraph.Replace{{Old: module.Version{Path: lib.Path}, New: dir}}}
	work := &project.Project{File: `C:\src\go.work`, Dir: `C:\src`, Kind: project.Workspace, Go: "1.21", Use: []string{app.Dir}}
	inv.Projects = &project.Found{Projects: []*project.Project{work, app}}
	use := &usage.Result{Projects: []usage.Project{{Project: work}, {Project: app}},
		Versions: []usage.Version{{State: usage.InUse, Tier: usage.Keep, Uses: []usage.Use{{Project: 0, How: usage.Needed}}}}}
	graphs := &modgraph.Record{Names: []module.Version{dir, dep}, Said: []modgraph.Said{{Name: 0, Go: "1.21", Require: []int32{1}}, {Name: 1, Go: "1.20"}}}
	if err := use.Restore(inv, graphs, at); err != nil {
		panic(err)
	}
	return &File{Host: Host{OS: "windows", Arch: "amd64", Home: `C:\Users\ford`}, Inventory: inv, Usage: use}
}
