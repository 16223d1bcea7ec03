package cli

import (
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"godoctor/doctor/config"
)

// A rank says how much a source counts. A later one counts before an earlier one.
type rank int

const (
	byDefault rank = iota
	bySystem
	byUser
	byProject
	byVariable
	byFlag
)

// A source is what one place says of a setting.
type source struct {
	rank     rank
	values   []string
	at       config.Origin // of a file
	variable string        // its name
}

// A resolved is a setting with what holds.
type resolved struct {
	*setting
	source           // rank byDefault: nothing said anything that counts
	others  []source // that say something and do not count, those that would count first in front
	yielded string   // the flag before which one of them gave way
}

// said collects what files and variables say of all settings, and what in the variables makes no sense.
type said struct {
	table    *settingsTable
	vars     map[string]string
	files    []config.Setting
	warnings []string
	limits   []string // variables that may have been meant as limits of what is removed
}

// newSaid looks at the variables.
func (a *app) newSaid(cmd *cobra.Command) *said {
	s := &said{table: settingsOf(cmd.Root()), vars: variables(runtime.GOOS, a.Environ)}
	known := make(map[string]*setting)
	for _, one := range s.table.list {
		known[one.env] = one
	}
	for _, name := range slices.Sorted(maps.Keys(s.vars)) {
		one := known[name]
		if s.vars[name] == "" || one != nil && one.flagOnly == "" {
			continue
		}
		if one == nil && strings.HasPrefix(name, "GODOCTOR_CLEAN_") {
			s.limits = append(s.limits, name)
		}
		switch n := len(s.warnings); {
		case n > variablesMax:
		case n == variablesMax:
			s.warnings = append(s.warnings, "more variables GODOCTOR_* make no sense")
		case one == nil:
			s.warnings = append(s.warnings, fmt.Sprintf("%.64s is no variable of godoctor%s", name, s.meant(name)))
		default:
			s.warnings = append(s.warnings, fmt.Sprintf("%s counts for nothing: --%s: %s", name, one.flag.Name, one.flagOnly))
		}
	}
	return s
}

// variablesMax bounds what is said of variables.
const variablesMax = 10

// meant says which variable may have been meant: that of the same flag with its command, else the nearest.
func (s *said) meant(name string) string {
	var same, all []string
	for _, one := range s.table.list {
		if one.flagOnly != "" {
			continue
		}
		if one.table != "" && strings.EqualFold(one.key.Name, strings.TrimPrefix(name, "GODOCTOR_")) {
			same = append(same, one.env)
		}
		all = append(all, strings.ToLower(one.env))
	}
	if len(same) > 0 {
		return ": did you mean " + joined(same[:min(3, len(same))]) + "?"
	}
	if len(name) <= 64 {
		if list := near(name, all); len(list) > 0 {
			return ": did you mean " + strings.ToUpper(list[0]) + "?"
		}
	}
	return "; 'godoctor config show --json' has their names"
}

// early applies the variables of flags that say where files are.
func (s *said) early() error {
	for _, name := range []string{"config", "chdir"} {
		one := s.table.find("", name)
		r, err := s.resolveOne(one)
		if err == nil && r.rank == byVariable {
			err = one.flag.Value.Set(r.values[0])
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// sources are what is said of a setting, what counts first in front.
func (s *said) sources(one *setting) (out []source, err error) {
	if one.flag.Changed {
		out = append(out, source{rank: byFlag, values: valuesOf(one.flag)})
	}
	if v := s.vars[one.env]; v != "" && one.flagOnly == "" {
		values, err := one.split(v)
		if err != nil {
			return nil, err
		}
		out = append(out, source{rank: byVariable, values: values, variable: one.env})
	}
	name := one.key.String()
	for _, f := range slices.Backward(s.files) {
		if f.Key == name {
			out = append(out, source{rank: map[config.Layer]rank{config.System: bySystem, config.User: byUser, config.Project: byProject}[f.Layer],
				values: f.Values, at: f.Origin})
		}
	}
	return out, nil
}

// valuesOf are the values of a flag as it takes them.
func valuesOf(f *pflag.Flag) []string {
	if list, ok := f.Value.(pflag.SliceValue); ok {
		return list.GetSlice()
	}
	return []string{f.Value.String()}
}

// active reports whether a source asks for something, and does not only switch it off.
func (o *source) active() bool {
	return len(o.values) > 0 && o.values[0] != "false" && o.values[0] != ""
}

// resolveOne works out what holds for a setting. The error is about a variable.
func (s *said) resolveOne(one *setting) (resolved, error) {
	r := resolved{setting: one}
	list, err := s.sources(one)
	if err != nil {
		return r, err
	}
	found := false
	for i := range list {
		o := &list[i]
		counts := !found && (o.rank == byFlag || o.active() || !one.onlyOn)
		if counts && o.rank < byFlag {
			if mate := s.yield(one, o); mate != "" {
				r.yielded, counts = mate, false
			}
		}
		if !counts {
			r.others = append(r.others, *o)
			continue
		}
		r.source, found = *o, true
	}
	return r, nil
}

// yield is the flag before which what a file or variable says gives way: one that excludes it and is given, or is said where it
// counts more; --offline wherever it is said, and --from and --demo before what is asked of this machine. A flag without which it means nothing, and which is not given, is one too.
func (s *said) yield(one *setting, o *source) string {
	if !o.active() {
		return ""
	}
	for _, name := range one.yields {
		mate := s.table.mate(one, name)
		if mate == nil {
			continue
		}
		list, err := s.sources(mate)
		if err != nil || len(list) == 0 || !list[0].active() {
			continue
		}
		if strong := list[0].rank; strong > o.rank || absolute(one, name) || strong == o.rank && slices.Index(s.table.list, mate) < slices.Index(s.table.list, one) {
			return name
		}
	}
	if one.needs != "" {
		if mate := s.table.mate(one, one.needs); mate != nil {
			if r, err := s.resolveOne(mate); err != nil || !r.active() {
				return one.needs
			}
		}
	}
	return ""
}

// absolute reports whether a setting gives way to a flag whoever says it.
func absolute(one *setting, flag string) bool {
	return flag == "offline" || flag == "from" && one.flag.Name != "demo" || flag == "demo" && one.flag.Name != "from"
}

// apply sets the flags of the command that runs, and remembers who said what they are.
func (s *said) apply(a *app, cmd *cobra.Command) (err error) {
	a.ranks = make(map[string]rank)
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		one := s.table.of[f]
		if f.Changed {
			a.ranks[f.Name] = byFlag
		}
		if f.Changed || one == nil || err != nil {
			return
		}
		var r resolved
		if r, err = s.resolveOne(one); err != nil || r.rank == byDefault || f.Name == "format" && formatFits(cmd, r.values[0]) != nil {
			return
		}
		a.ranks[f.Name] = r.rank
		if list, ok := f.Value.(pflag.SliceValue); ok {
			err = list.Replace(r.values)
		} else {
			err = f.Value.Set(r.values[0])
		}
	})
	return err
}
