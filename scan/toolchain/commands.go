package toolchain

// A Command is a program called go in PATH.
type Command struct {
	Path string // where PATH finds it
	Root string // the tree that it belongs to, links resolved; "" where none was found behind it
	Shim string // the manager that stands between, "script" for another wrapper; "" for a go command itself
}

// commandsOf are the go commands along PATH, the one that runs first. A shim that hands on to the next one is none.
func (m *Machine) commandsOf(f *Found) []Command {
	var list []Command
	for i := range m.commands {
		c := &m.commands[i]
		if c.system {
			continue
		}
		cmd := Command{Path: c.path, Root: c.root, Shim: c.shim}
		if t := f.of(c); t != nil {
			cmd.Root = t.Root
		}
		list = append(list, cmd)
	}
	return list
}

// At is the toolchain in a directory, under whatever name; nil if none was found there.
func (f *Found) At(dir string) *Toolchain { return f.at(dir) }
