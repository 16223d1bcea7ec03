package check

import (
	"fmt"

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
		does = fmt.Sprintf("set %s to %q", s.Key, value)
	}
	switch s.Origin {
	case goenv.OriginFile:
		e := finding.Edit{Line: s.Line, Old: s.Key + "=" + s.Value}
		if value != "" {
			e.New = s.Key + "=" + value
		}
		return finding.Fix{ID: FixSetting, Title: does + " in the GOENV file", Edits: []finding.Edit{e},
			Undo: "godoctor undo puts the line back"}
	case goenv.OriginGoroot:
		return finding.Fix{ID: FixGoroot, Title: does + ": go env -w " + s.Key + "=VALUE wins over the go.env of the installation",
			Argv: setting(s.Key, value)}
	case goenv.OriginEnvironment:
		return finding.Fix{ID: FixEnvironment, Title: does + " where the environment is made: a start file of the shell, a service, a container"}
	}
	return finding.Fix{ID: FixSetting, Title: does, Argv: setting(s.Key, value)}
}

// setting is the go command that writes a setting into the GOENV file.
func setting(key, value string) []string {
	if value == "" {
		return []string{"go", "env", "-u", key}
	}
	return []string{"go", "env", "-w", key + "=" + value}
}

// where a setting comes from, in words. Raw.
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
