package startfile

import "strings"

// exportOnly is in the place of a value where a line exports a variable that another line gives its value. No file holds it.
const exportOnly = "\x00export"

// statements splits a line at semicolons and && that are in no quotes, and leaves a comment out.
func statements(line string) []string {
	var out []string
	quote, start := byte(0), 0
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case quote != 0:
			if c == '\\' && quote == '"' {
				i++
			} else if c == quote {
				quote = 0
			}
		case c == '\\':
			i++
		case c == '\'' || c == '"':
			quote = c
		case c == '#' && (i == 0 || line[i-1] == ' ' || line[i-1] == '\t' || line[i-1] == ';'):
			return append(out, line[start:i])
		case c == ';', c == '&' && i+1 < len(line) && line[i+1] == '&':
			out = append(out, line[start:i])
			if c == '&' {
				i++
			}
			start = i + 1
		}
	}
	return append(out, line[min(start, len(line)):])
}

// words splits a statement at blanks that are in no quotes. Quotes stay.
func words(s string) []string {
	var out []string
	quote, start := byte(0), -1
	for i := 0; i < len(s); i++ {
		c := s[i]
		blank := quote == 0 && (c == ' ' || c == '\t' || c == '\r')
		if blank {
			if start >= 0 {
				out = append(out, s[start:i])
				start = -1
			}
			continue
		}
		if start < 0 {
			start = i
		}
		switch {
		case quote != 0 && c == quote:
			quote = 0
		case c == '\\' && quote != '\'':
			i++
		case quote == 0 && (c == '\'' || c == '"'):
			quote = c
		}
	}
	if start >= 0 {
		out = append(out, s[start:])
	}
	return out
}

// unquote takes the quotes from a word: those around it, or around parts of it.
func unquote(w string) string {
	if len(w) >= 2 && (w[0] == '\'' || w[0] == '"') && w[len(w)-1] == w[0] {
		return w[1 : len(w)-1]
	}
	return strings.NewReplacer(`"`, "", "'", "").Replace(w)
}

// name reports whether a word is the name of a variable.
func name(s string) bool {
	if s == "" || len(s) > 128 || '0' <= s[0] && s[0] <= '9' {
		return false
	}
	for i := range len(s) {
		if c := s[i]; c != '_' && (c < '0' || '9' < c) && (c < 'A' || 'Z' < c) && (c < 'a' || 'z' < c) {
			return false
		}
	}
	return true
}

// pair reads KEY=VALUE.
func pair(w string) (key, value string, ok bool) {
	key, value, ok = strings.Cut(w, "=")
	if !ok || !name(key) {
		return "", "", false
	}
	return key, unquote(value), true
}

// posix reads what sh, bash, zsh and ksh export: export KEY=VALUE, typeset -x, declare -x, and KEY=VALUE with export KEY
// elsewhere. Of several in one statement the last with a value counts. KEY=VALUE before a command is for that alone.
func posix(s string) (key, value string, ok bool) {
	list := words(s)
	for len(list) > 0 && (list[0] == "then" || list[0] == "else" || list[0] == "do" || list[0] == "{") {
		list = list[1:]
	}
	switch {
	case len(list) == 0:
		return "", "", false
	case len(list) == 1:
		key, value, _ = pair(list[0])
		return key, value, false // until it is exported
	case list[0] == "export":
	case (list[0] == "declare" || list[0] == "typeset") && strings.HasPrefix(list[1], "-") && strings.Contains(list[1], "x"):
	default:
		return "", "", false
	}
	for _, w := range list[1:] {
		if k, v, isPair := pair(w); isPair {
			key, value, ok = k, v, true
		} else if name(w) && !ok {
			key, value = w, exportOnly
		}
	}
	return key, value, ok
}

// pairs reads /etc/environment, environment.d and the like: KEY=VALUE, with export before it or DEFAULT= in it.
func pairs(s string) (key, value string, ok bool) {
	s = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(s), "export "))
	if list := words(s); len(list) > 1 && name(list[0]) && strings.HasPrefix(list[1], "DEFAULT=") { // pam_env.conf(5)
		return list[0], unquote(strings.TrimPrefix(list[1], "DEFAULT=")), true
	}
	return pair(s)
}

// csh reads setenv KEY VALUE.
func csh(s string) (key, value string, ok bool) {
	list := words(s)
	if len(list) < 2 || list[0] != "setenv" || !name(list[1]) {
		return "", "", false
	}
	if len(list) > 2 {
		value = unquote(list[2])
	}
	return list[1], value, true
}

// fish reads set -x KEY VALUE..., where -x may be part of -gx or be written --export.
func fish(s string) (key, value string, ok bool) {
	list := words(s)
	if len(list) < 2 || list[0] != "set" {
		return posix(s) // export is a function of fish
	}
	list = list[1:]
	for len(list) > 0 && strings.HasPrefix(list[0], "-") {
		flag := list[0]
		switch {
		case flag == "--erase", flag == "--query", flag == "--unexport":
			return "", "", false
		case flag == "--export":
			ok = true
		case !strings.HasPrefix(flag, "--") && strings.ContainsAny(flag, "eqnu"):
			return "", "", false
		case !strings.HasPrefix(flag, "--") && strings.Contains(flag, "x"):
			ok = true
		}
		list = list[1:]
	}
	if !ok || len(list) == 0 || !name(list[0]) {
		return "", "", false
	}
	for i, w := range list[1:] {
		if i > 0 {
			value += " "
		}
		value += unquote(w)
	}
	return list[0], value, true
}

// fishVariables reads the file in which fish keeps universal variables: SETUVAR --export KEY:VALUE.
func fishVariables(s string) (key, value string, ok bool) {
	rest, ok := strings.CutPrefix(s, "SETUVAR --export ")
	if !ok {
		return "", "", false
	}
	key, value, ok = strings.Cut(rest, ":")
	return key, value, ok && name(key)
}

// powershell reads $env:KEY = VALUE.
func powershell(s string) (key, value string, ok bool) {
	key, value, ok = strings.Cut(strings.TrimSpace(s), "=")
	key = strings.TrimSpace(key)
	if !ok || len(key) < 5 || !strings.EqualFold(key[:5], "$env:") || !name(key[5:]) {
		return "", "", false
	}
	return key[5:], unquote(strings.TrimSpace(value)), true
}
