package cli

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"godoctor/doctor/config"
	"godoctor/doctor/report"
)

// configuration is every setting with what holds: those of all commands first, then by command.
func (a *app) configuration() []report.ConfigSetting {
	var out []report.ConfigSetting
	for _, one := range a.said.table.list {
		r, err := a.said.resolveOne(one)
		if err != nil { // of another command, which will say so
			a.note("%v", err)
			r = resolved{setting: one}
		}
		out = append(out, a.shown(&r))
	}
	out = append(out, a.policies()...)
	slices.SortStableFunc(out, func(x, y report.ConfigSetting) int {
		tx, ty := tableIn(x.Name), tableIn(y.Name)
		return cmp.Or(cmp.Compare(tx, ty), cmp.Compare(x.Name, y.Name))
	})
	return out
}

// tableIn is the table of a setting by its name.
func tableIn(name string) string {
	if i := strings.LastIndexByte(name, '.'); i >= 0 {
		return name[:i]
	}
	return ""
}

// shown is the shape of a flag that may be set.
func (a *app) shown(r *resolved) report.ConfigSetting {
	s := report.ConfigSetting{Name: r.key.String(), Command: strings.ReplaceAll(r.table, ".", " "), Flag: r.flag.Name, Variable: r.env,
		Files: r.key.Refused == "", Why: cmp.Or(r.flagOnly, r.noFile), Yields: r.yielded,
		Origins: []report.ConfigOrigin{}, Overrides: []report.ConfigOrigin{}}
	if r.flagOnly != "" {
		s.Variable = ""
	}
	if r.rank == byDefault {
		s.Value = r.value(defaultOf(r.setting))
		s.Origins = append(s.Origins, report.ConfigOrigin{Origin: "default", Value: s.Value})
	} else {
		s.Value, s.Set = r.value(r.values), true
		s.Origins = append(s.Origins, r.setting.place(&r.source))
	}
	for i := range r.others {
		s.Overrides = append(s.Overrides, r.setting.place(&r.others[i]))
	}
	if r.policy {
		a.ofFiles(&s, r.flag.Name == "no-branches")
	}
	return s
}

// defaultOf is the value of a flag that nobody sets.
func defaultOf(s *setting) []string {
	if s.key.Kind == config.List {
		return nil
	}
	return []string{s.flag.DefValue}
}

// value is a value as JSON and TOML have it, without passwords.
func (s *setting) value(values []string) any {
	switch {
	case s.key.Kind == config.List:
		out := make([]string, len(values))
		for i, v := range values {
			out[i] = report.NoPassword(v)
		}
		return out
	case s.key.Kind == config.Bool:
		v, _ := strconv.ParseBool(values[0])
		return v
	case s.key.Kind == config.Int:
		n, _ := strconv.Atoi(values[0])
		return n
	}
	return report.NoPassword(values[0])
}

// place is the shape of what says something about a setting.
func (s *setting) place(o *source) report.ConfigOrigin {
	names := map[rank]string{byDefault: "default", bySystem: "system", byUser: "user", byProject: "project", byVariable: "variable", byFlag: "flag"}
	out := report.NewConfigOrigin(names[o.rank], o.at, s.value(o.values))
	out.Variable = o.variable
	return out
}
