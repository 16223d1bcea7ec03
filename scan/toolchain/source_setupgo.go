package toolchain

import "path/filepath"

var sourceSetupGo = Source{
	Name: "setup-go",
	Doc:  "actions/setup-go and the images of CI runners: $RUNNER_TOOL_CACHE/go/<version>/<architecture>",
	Find: func(m *Machine) []Candidate {
		var list []Candidate
		for _, cache := range distinct([]string{
			m.Dir("RUNNER_TOOL_CACHE"), m.Dir("AGENT_TOOLSDIRECTORY"), m.Sys("/opt/hostedtoolcache"), m.Sys("/Users/runner/hostedtoolcache"),
		}) {
			for _, version := range m.Below(filepath.Join(cache, "go"), visible) {
				for _, arch := range m.Names(version, visible) {
					root := filepath.Join(version, arch)
					if !isDir(root) {
						continue // the marker of an architecture, x64.complete
					}
					c := Candidate{Root: root, Owner: "setup-go"}
					if !exists(root + ".complete") {
						c.Problems = append(c.Problems, "incomplete: setup-go did not mark it as complete, and will install it again")
					}
					list = append(list, c)
				}
			}
		}
		return list
	},
}
