package project

// VendorAgain is the command that makes the project's vendor directory anew.
func (p *Project) VendorAgain() []string {
	command := "mod"
	if p.Kind == Workspace {
		command = "work"
	}
	return []string{"go", "-C", p.Dir, command, "vendor"}
}
