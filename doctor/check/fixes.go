package check

import (
	"fmt"
	"strconv"

	"godoctor/doctor/finding"
	"godoctor/scan/goenv"
)

// The fixes of settings. Their names are part of the JSON contract.
const (
	FixSetting     = "edit-setting"     // a line of the GOENV file: godoctor repair does it, with a diff and a backup
	FixEnvironment = "edit-environment" // of the shell, the service or the container: a person does it
	FixGoroot      = "edit-goroot-env"  // GOROOT/go.env belongs to the installation: told, not done
)

// at is the target of a finding about a setting: the line that sets it.
func at(s goenv.Setting) finding.Target {
	switch s.Origin {
	case goenv.OriginFile, goenv.OriginGoroot:
		return finding.Target{Path: s.Key, File: s.File, Line: s.Line}
	}
	return finding.Target{Path: s.Key}
}

// unset is the fix that takes a setting away where it is made; what counts then is then, "" where that is go's default.
func unset(s goenv.Setting) finding.Fix { return reset(s, "") }

// reset is the fix that gives a setting another value where it is made, or with an empty one takes it away.
func reset(s goenv.Setting, value string) finding.Fix {
	does := "take " + s.Key + " away"
	if value != "" {
		does = fmt.Sprintf("set %s to %s", s.Key, shown(s.Key, value))
	}
	switch s.Origin {
	case goenv.OriginFile:
		fix := unline(s.Key, does+" in the GOENV file", inFile(s))
		if value != "" && len(fix.Edits) > 0 {
			fix.Edits = fix.Edits[:1]
			fix.Edits[0].New = s.Key + "=" + value
		}
		return fix
	case goenv.OriginGoroot:
		fix := finding.Fix{ID: FixGoroot, Title: does + ": go env -w " + s.Key + "=VALUE wins over the go.env of the installation"}
		if value != "" { // go env -u would do nothing about it
			fix.Argv = setting(s.Key, value)
		}
		return fix
	case goenv.OriginEnvironment:
		return finding.Fix{ID: FixEnvironment, Title: does + " where the environment is made: a start file of the shell, a service, a container"}
	}
	return finding.Fix{ID: FixSetting, Title: does, Argv: setting(s.Key, value)}
}

// inFile are the lines of the GOENV file that say something about a setting, the one that counts first.
func inFile(s goenv.Setting) []goenv.Source {
	var out []goenv.Source
	if s.Origin == goenv.OriginFile {
		out = append(out, goenv.Source{Origin: s.Origin, File: s.File, Line: s.Line, Value: s.Raw})
	}
	for _, o := range s.Overrides {
		if o.Origin == goenv.OriginFile {
			out = append(out, o)
		}
	}
	return out
}

// unline is the fix that takes all lines of a key out of the GOENV file, as "go env -u" would: else an older line counts.
func unline(key, title string, list []goenv.Source) finding.Fix {
	fix := finding.Fix{ID: FixSetting, Title: title, Undo: "godoctor undo puts the file back"}
	for _, o := range list {
		fix.Edits = append(fix.Edits, finding.Edit{Line: o.Line, Old: key + "=" + o.Value})
		if key == "GOAUTH" || len(o.Value) > editMax { // what may be secret, or is no setting, is not quoted
			return finding.Fix{ID: FixSetting, Title: title, Argv: setting(key, "")}
		}
	}
	return fix
}

// Of values, in bytes: what is quoted at most, and what is edited.
const valueShown, editMax = 1 << 10, 16 << 10

// shown quotes a value of a setting, as much of it as is good for. Raw otherwise.
func shown(key, value string) string {
	switch {
	case key == "GOAUTH":
		return "(not shown)"
	case len(value) > valueShown:
		value = value[:valueShown] + "..."
	}
	return strconv.Quote(value)
}

// setting is the go command that writes a setting into the GOENV file.
func setting(key, value string) []string {
	if value == "" {
		return []string{"go", "env", "-u", key}
	}
	return []string{"go", "env", "-w", key + "=" + value}
}

// from says where a setting comes from, in words. Raw.
func from(s goenv.Setting) string {
	switch s.Origin {
	case goenv.OriginEnvironment:
		return "the environment"
	case goenv.OriginFile, goenv.OriginGoroot:
		return fmt.Sprintf("%s:%d", s.File, s.Line)
	case goenv.OriginDerived:
		return "another setting"
	}
	return "go's default"
}
