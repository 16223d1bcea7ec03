package cli

import (
	"cmp"
	"errors"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"godoctor/doctor/config"
)

// A setting is a flag for which files and variables may stand in.
type setting struct {
	rule
	table string // the command that has the flag, its words joined by dots; "": all have it
	flag  *pflag.Flag
	key   config.Key // as files have it
	env   string     // the variable
}

// A settingsTable is every flag of every command.
type settingsTable struct {
	list []*setting
	of   map[*pflag.Flag]*setting
}

// settingsOf walks the flags of all commands.
func settingsOf(root *cobra.Command) *settingsTable {
	t := &settingsTable{of: make(map[*pflag.Flag]*setting)}
	root.PersistentFlags().VisitAll(func(f *pflag.Flag) { t.add("", f) })
	t.walk(root)
	root.Flags().VisitAll(func(f *pflag.Flag) {
		if t.of[f] == nil { // it stands with another command
			t.of[f] = t.find(tableOfFlag(root, f), f.Name)
		}
	})
	return t
}

func (t *settingsTable) walk(cmd *cobra.Command) {
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if table := tableOfFlag(cmd, f); t.of[f] == nil && table == tableOf(cmd) {
			t.add(table, f)
		}
	})
	for _, c := range cmd.Commands() {
		if !c.Hidden {
			t.walk(c)
		}
	}
}

func (t *settingsTable) add(table string, f *pflag.Flag) *setting {
	s := &setting{rule: ruleOf(table, f.Name), table: table, flag: f}
	kind, _ := pflag.UnquoteUsage(f)
	s.key = config.Key{Table: table, Name: strings.ReplaceAll(f.Name, "-", "_"), Path: kind == "DIR" || kind == "FILE",
		Safe: s.safe, Limit: s.limit, Project: s.project, Skips: s.skips, Refused: cmp.Or(s.flagOnly, s.noFile)}
	if s.key.Refused != "" {
		s.key.Refused = "cannot be set in a file: " + s.key.Refused
	}
	switch f.Value.Type() {
	case "bool":
		s.key.Kind = config.Bool
	case "int":
		s.key.Kind = config.Int
	case "stringArray", "stringSlice":
		s.key.Kind = config.List
	}
	if s.choices != nil {
		s.key.Choices = s.choices()
	}
	s.key.Check = func(v string) error { return fits(f.Value.Type(), v) }
	s.env = "GODOCTOR_" + strings.ToUpper(strings.ReplaceAll(s.key.Name, ".", "_"))
	if table != "" {
		s.env = "GODOCTOR_" + strings.ToUpper(strings.ReplaceAll(strings.ReplaceAll(table, ".", "_"), "-", "_")) + "_" + strings.ToUpper(s.key.Name)
	}
	if s.policy && s.rule.key != "" {
		s.key.Name = s.rule.key
	}
	t.list = append(t.list, s)
	t.of[f] = s
	return s
}

// fits says what is wrong with a value of a flag of this type, without setting it; nil: nothing.
func fits(kind, v string) (err error) {
	switch kind {
	case "bool":
		_, err = strconv.ParseBool(v)
	case "int":
		var n int
		if n, err = strconv.Atoi(v); err == nil && n < 0 {
			err = errors.New("want 0 or more")
		}
	case "DURATION":
		_, err = config.ParseDuration(v)
	case "SIZE":
		_, err = config.ParseSize(v)
	}
	return err
}

// find is the flag of a command, or nil.
func (t *settingsTable) find(table, flag string) *setting {
	i := slices.IndexFunc(t.list, func(s *setting) bool { return s.table == table && s.flag.Name == flag })
	if i < 0 {
		return nil
	}
	return t.list[i]
}

// mate is the flag that a rule of a setting names: of the same command, else of all.
func (t *settingsTable) mate(s *setting, flag string) *setting {
	if m := t.find(s.table, flag); m != nil {
		return m
	}
	return t.find("", flag)
}

// keys are the settings as files have them. What package config reads by itself is not among them.
func (t *settingsTable) keys() []config.Key {
	var out []config.Key
	for _, s := range t.list {
		if !s.policy {
			out = append(out, s.key)
		}
	}
	return out
}

// variables are those of godoctor in the environment. Windows does not tell upper from lower case in names.
func variables(goos string, environ []string) map[string]string {
	out := make(map[string]string)
	for _, kv := range environ {
		name, v, ok := strings.Cut(kv, "=")
		if goos == "windows" {
			name = strings.ToUpper(name)
		}
		if _, twice := out[name]; ok && !twice && strings.HasPrefix(name, "GODOCTOR_") {
			out[name] = v
		}
	}
	return out
}

// values are the values of a variable as the flag takes them: a list is separated as PATH is. The error names the variable.
func (s *setting) split(v string) ([]string, error) {
	list := []string{v}
	if s.key.Kind == config.List {
		list = slices.DeleteFunc(filepath.SplitList(v), func(p string) bool { return p == "" })
	}
	for _, one := range list {
		if err := s.key.Wrong(one); err != nil {
			return nil, misuse("%s=%.200q does not fit --%s: %w", s.env, v, s.flag.Name, err)
		}
	}
	return list, nil
}
