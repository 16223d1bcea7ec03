package privacy

import (
	"path"
	"regexp"
	"strings"
)

// secretName is a part of the name of something that grants access.
const secretName = `(?:token|secret|passw|passphrase|pwd|credential|api_?-?key|access_?-?key|private_?-?key|signing_?-?key)`

const secretHints = "token secret pass pwd credential key"

// A secret is a pattern of what grants access to something, wherever it stands. What is kept of it is the first group.
type secret struct {
	hints string // one of these words, in lower case, is in every text that the pattern fits: it is the slower one
	re    *regexp.Regexp
}

var secrets = []secret{
	{"? &", regexp.MustCompile(`(?i)([?&][a-z_\-]*(?:token|key|secret|passw|auth|sig|cred)[a-z_\-]*=)[^&\s"'#]+`)},
	{"authorization: private-token: x-api-key:", regexp.MustCompile(`(?i)((?:authorization|private-token|x-api-key):\s*(?:(?:basic|bearer|token|digest|negotiate)\s+)?)[^\s"']+`)},
	{secretHints, regexp.MustCompile(`(?i)([\w.\-]*` + secretName + `[\w.\-]*=)(?:"[^"]*"?|'[^']*'?|[^\s,;&"'|]+)`)},
	{secretHints, regexp.MustCompile(`(?i)(\s--?[a-z\-]*` + secretName + `[a-z\-]*\s+)(?:"[^"]*"?|'[^']*'?|[^\s"'\-][^\s"']*)`)},
	{"-----begin", regexp.MustCompile(`(?is)()-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)`)},
	{"gh github_pat_ glpat-", regexp.MustCompile(`\b(gh[pousr]_|github_pat_|glpat-)[A-Za-z0-9_\-]+`)},
	{"gldt- npm_ dckr_pat_ hvs. pypi- xox sk_live_ rk_live_ sk-",
		regexp.MustCompile(`\b(gldt-|npm_|dckr_pat_|hvs\.|pypi-|xox[abeprs]-|sk_live_|rk_live_|sk-)[A-Za-z0-9_\-.]{8,}`)},
	{"akia asia", regexp.MustCompile(`\b(AKIA|ASIA)[0-9A-Z]{16}\b`)},
	{"aiza", regexp.MustCompile(`\b(AIza)[0-9A-Za-z_\-]{30,}`)},
	{"eyj", regexp.MustCompile(`\b(eyJ)[A-Za-z0-9_\-]{8,}\.[A-Za-z0-9_\-]{4,}(?:\.[A-Za-z0-9_\-]*)?`)}, // a JSON web token
}

// hide takes secrets out.
func hide(s string) string {
	lower := strings.ToLower(s)
	for i := range secrets {
		for hint := range strings.FieldsSeq(secrets[i].hints) {
			if strings.Contains(lower, hint) {
				s = secrets[i].re.ReplaceAllString(s, "${1}***")
				break
			}
		}
	}
	return s
}

// Secrets takes out of text what grants access to something: tokens, passwords, logins of addresses, and what flags of the
// linker and of the C compiler define. Names of people, places and hosts stay: it is for reports that a team reads.
func Secrets(s string) string { return settled(s, secretsOnce) }

func secretsOnce(s string) string {
	s = hide(s)
	if strings.Contains(s, "://") {
		s = slashed.ReplaceAllString(s, "://")
		s = beforeHost.ReplaceAllString(s, "://")
	}
	if strings.Contains(s, "-X") || strings.Contains(s, "-D") {
		s = define.ReplaceAllStringFunc(s, hideDefine)
	}
	return s
}

// Setting gives the value of a setting of go or of the environment without what is private: what Text takes out, and what
// the key gives away. A program that a setting names is told, what it is told is not.
func (r *Redactor) Setting(key, value string) string {
	switch strings.ToUpper(key) {
	case "GOAUTH":
		value = commands(value)
	case "GOCACHEPROG":
		value = command(value)
	case "GOPROXY", "GOSUMDB", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "FTP_PROXY":
		value = proxyLogin.ReplaceAllString(value, "${1}")
		value = inAddress.ReplaceAllStringFunc(value, hidePath)
	}
	return r.Text(value)
}

// commands are the methods of GOAUTH, separated by semicolons (go help goauth).
func commands(value string) string {
	list := strings.Split(value, ";")
	for i, c := range list {
		c = strings.TrimSpace(c)
		if word, _, _ := strings.Cut(c, " "); word != "git" && word != "netrc" && word != "off" {
			c = command(c)
		}
		list[i] = c
	}
	return strings.Join(list, "; ")
}

// command is a command line without its arguments, and without the variables that are set before the program.
func command(line string) string {
	words := strings.Fields(line)
	hidden := false
	for len(words) > 0 && strings.Contains(words[0], "=") {
		words, hidden = words[1:], true
	}
	if len(words) == 0 {
		return map[bool]string{true: "***"}[hidden]
	}
	if len(words) > 1 || hidden {
		return words[0] + " ***"
	}
	return words[0]
}

var (
	// proxyLogin is what stands before the host where there is no scheme, as http_proxy allows.
	proxyLogin = regexp.MustCompile(`(^|[\s,|])[^\s,|/@]*:[^\s,|/@]*@`)
	inAddress  = regexp.MustCompile(`://[^\s,|]*`)
	define     = regexp.MustCompile(`(?:-X[= ]\s*|-D\s*)["']?[\w./\-~*%()]+=(?:"[^"]*"?|'[^']*'?|[^\s"']+)`)

	release = regexp.MustCompile(`^v?\d{1,4}(?:[.\-:+/TZ_]?[0-9A-Za-z]{1,8}){0,6}$`)
	commit  = regexp.MustCompile(`^[0-9a-f]{7,40}$`)
	named   = regexp.MustCompile(`(?i)(?:version|commit|rev|revision|hash|sha|date|time|built|branch|tag|number|release)$`)
)

// hidePath hides what looks like a token among the elements of the path of an address: some proxies want it there.
func hidePath(a string) string {
	head, rest, ok := strings.Cut(a[len("://"):], "/")
	if !ok {
		return a
	}
	rest, query, asked := strings.Cut(rest, "?")
	parts := strings.Split(rest, "/")
	for i, p := range parts {
		if len(p) >= 16 && strings.ContainsAny(p, "0123456789") && !strings.Contains(p, ".") ||
			i > 0 && secretPart.MatchString(parts[i-1]) && p != "" {
			parts[i] = "***"
		}
	}
	out := "://" + head + "/" + strings.Join(parts, "/")
	if asked && query != "" {
		out += "?***"
	}
	return out
}

var secretPart = regexp.MustCompile(`(?i)^` + secretName + `s?$`)

// hideDefine hides the value that a flag of the linker or the C compiler gives to a name, unless it is what people stamp
// into programs: a version, a commit, a date.
func hideDefine(s string) string {
	i := len("-X") // or -D
	if strings.HasPrefix(s, "-X=") {
		i++
	}
	i += strings.IndexByte(s[i:], '=') // the first: what follows it may have some of its own, as base64 has at its end
	name, value := s[:i], strings.Trim(s[i+1:], `"'`)
	variable := strings.TrimLeft(name[2:], `= "'`)
	if strings.HasPrefix(name, "-D") && (len(value) <= 4 || release.MatchString(value)) {
		return s
	}
	if named.MatchString(path.Ext("."+variable)) && (release.MatchString(value) || commit.MatchString(value)) {
		return s
	}
	return name + "=***"
}

// settled does something to a text until that changes it no more: what was taken out may be all that stood between two parts of
// something else. Most texts are as they were at once, and the others soon.
func settled(s string, once func(string) string) string {
	for range 8 {
		out := once(s)
		if out == s {
			break
		}
		s = out
	}
	return s
}
