package toolchain

import (
	"path/filepath"
	"strings"
)

var sourceBazel = Source{
	Name: "bazel",
	Doc:  "rules_go of Bazel: <output base>/external/*go_sdk* below the usual output roots",
	Find: func(m *Machine) []Candidate {
		var list []Candidate
		isSDK := func(name string) bool { return strings.Contains(name, "go_sdk") && name[0] != '@' }
		for _, dir := range distinct([]string{
			m.Dir("XDG_CACHE_HOME", "bazel"), m.InHome(".cache", "bazel"), m.Sys("/private/var/tmp"), m.InHome(),
		}) {
			for _, user := range m.Below(dir, hasPrefix("_bazel_")) {
				for _, base := range m.Below(user, isHex) {
					list = append(list, owned("Bazel", m.Below(filepath.Join(base, "external"), isSDK)...)...)
				}
			}
		}
		return list
	},
}

// isHex matches the names of output bases, which are MD5 sums.
func isHex(name string) bool {
	return len(name) == 32 && strings.Trim(name, "0123456789abcdef") == ""
}
