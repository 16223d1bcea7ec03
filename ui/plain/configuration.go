package plain

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"unicode"

	"godoctor/doctor/report"
	"godoctor/ui/text"
)

// Configuration prints settings of godoctor as a file has them: those of all commands, then each command's table. What nobody has
// said, and what no file can say, is a comment. origin says where each value comes from. What only flags can say stands at the
// end where long lists are asked for.
func (p *Printer) Configuration(list []report.ConfigSetting, origin bool) {
	table, blocks := "", []report.ConfigSetting{}
	for _, s := range list {
		if s.Variable == "" && !s.Files {
			continue
		}
		if _, ok := s.Value.([]map[string]string); ok {
			blocks = append(blocks, s)
			continue
		}
		name := s.Name
		if i := strings.LastIndexByte(name, '.'); i >= 0 {
			if name[:i] != table {
				p.blocks(blocks, origin)
				table, blocks = name[:i], nil
				p.line("\n[%s]", table)
			}
			name = name[i+1:]
		}
		l := name + " = " + p.toml(s.Value)
		if !s.Set || !s.Files {
			l = "# " + l
		}
		if origin {
			l += "  # " + p.origins(&s)
		}
		p.line("%s", l)
	}
	p.blocks(blocks, origin)
	if !p.Verbose {
		return
	}
	p.line("\n# only flags say:")
	for _, s := range list {
		if s.Variable == "" && !s.Files {
			p.line("# godoctor %s--%s: %s", strings.TrimPrefix(s.Command+" ", " "), s.Flag, s.Why)
		}
	}
}

// blocks prints settings that are arrays of tables. TOML wants them behind what stands at the top, and before other tables.
func (p *Printer) blocks(list []report.ConfigSetting, origin bool) {
	for _, s := range list {
		tables := s.Value.([]map[string]string)
		if len(tables) == 0 {
			l := "# no [[" + s.Name + "]]"
			if origin {
				l += "  # " + p.origins(&s)
			}
			p.line("%s", l)
		}
		for i, t := range tables {
			l := "\n[[" + s.Name + "]]"
			if origin && i == 0 {
				l += "  # " + p.origins(&s)
			}
			p.line("%s", l)
			for _, key := range slices.Sorted(maps.Keys(t)) {
				p.line("%s = %s", key, p.toml(t[key]))
			}
		}
	}
}

// origins says where a value comes from.
func (p *Printer) origins(s *report.ConfigSetting) string {
	var out []string
	for _, o := range s.Origins {
		switch o.Origin {
		case "default":
			out = append(out, "default")
		case "flag":
			out = append(out, "--"+s.Flag)
		case "variable":
			out = append(out, o.Variable)
		default:
			out = append(out, fmt.Sprintf("%s:%d", p.clean(o.File), o.Line))
		}
	}
	if s.Yields != "" {
		out = append(out, "gives way to --"+s.Yields)
	}
	return strings.Join(out, ", ")
}

// toml writes a value as TOML has it, clean: every character that a terminal could take for a command is an escape.
func (p *Printer) toml(v any) string {
	switch v := v.(type) {
	case []string:
		out := make([]string, len(v))
		for i, s := range v {
			out[i] = p.toml(s)
		}
		return "[" + strings.Join(out, ", ") + "]"
	case string:
		var b strings.Builder
		b.WriteByte('"')
		for _, r := range v {
			switch {
			case r == '"', r == '\\':
				b.WriteByte('\\')
				b.WriteRune(r)
			case plainRune(r) && !(p.ASCII && r > unicode.MaxASCII):
				b.WriteRune(r)
			case r > 0xffff:
				fmt.Fprintf(&b, `\U%08X`, r)
			default:
				fmt.Fprintf(&b, `\u%04X`, r)
			}
		}
		return b.String() + `"`
	}
	return fmt.Sprint(v)
}

// plainRune reports whether a rune shows as itself.
func plainRune(r rune) bool { return text.Clean(string(r)) == string(r) }

// ConfigFiles prints the files that settings are read from, those that count least first.
func (p *Printer) ConfigFiles(list []report.ConfigFile) {
	g := grid{right: []bool{false, false, false}}
	g.add("LAYER", "STATE", "PATH")
	for _, f := range list {
		state := "absent"
		switch {
		case f.Read:
			state = "read"
		case f.Exists:
			state = "wrong"
		}
		path := p.clean(f.Path)
		if f.Error != "" {
			path += "  " + p.clean(f.Error)
		}
		g.add(f.Layer, state, path)
	}
	p.grid(&g, "")
}

// ConfigSchema writes the JSON Schema of a file of settings.
func ConfigSchema(w io.Writer, schema map[string]any) error {
	b, err := encode(schema, "  ")
	if err != nil {
		return err
	}
	_, err = w.Write(b)
	return err
}
