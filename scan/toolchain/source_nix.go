package toolchain

import "strings"

var sourceNix = Source{
	Name: "nix",
	Doc:  "Nix and NixOS: /nix/store/<hash>-go-<version>/share/go",
	Find: func(m *Machine) []Candidate {
		isGo := func(name string) bool {
			_, rest, _ := strings.Cut(name, "-")
			// go-1.26.8, go-bootstrap-1.24.6, and the wrapped go-1.26.8-linux-amd64-bootstrap
			return (strings.HasPrefix(rest, "go-1.") || strings.HasPrefix(rest, "go-bootstrap-") ||
				strings.HasPrefix(rest, "go-linux-")) && !strings.HasSuffix(name, ".drv")
		}
		store := m.Dir("NIX_STORE_DIR")
		if store == "" {
			store = m.Sys("/nix/store")
		}
		return owned("Nix", m.Below(store, isGo, "share", "go")...)
	},
}
