package tui

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"godoctor/ui/style"
)

// displayOf is what the theme is shown on, as long as the terminal has not said more. A screen needs its bold and reversed
// text without colours too.
func displayOf(o *Options) style.Screen {
	return style.Screen{Profile: max(style.ProfileOf(o.Color, o.Environ), colorprofile.ASCII)}
}

// askBackground asks the terminal for its background, if the theme depends on it. Many do not answer, so that nothing waits
// for it. Over SSH and in tmux and screen it is not asked: there an answer comes late, is of another terminal, or ends as
// text in front of the next prompt.
func (r *root) askBackground() tea.Cmd {
	if !r.Theme.Asks() || r.display.Profile <= colorprofile.ANSI || !mayAsk(r.Environ) {
		return nil
	}
	return tea.RequestBackgroundColor
}

// mayAsk reports whether the terminal at the other end is one, and near.
func mayAsk(environ []string) bool {
	for _, kv := range environ {
		name, v, _ := strings.Cut(kv, "=")
		switch name {
		case "SSH_TTY", "SSH_CONNECTION", "SSH_CLIENT", "TMUX", "STY":
			if v != "" {
				return false
			}
		case "TERM":
			if strings.HasPrefix(v, "tmux") || strings.HasPrefix(v, "screen") {
				return false
			}
		}
	}
	return true
}

// onBackground is the answer of the terminal.
func (r *root) onBackground(m tea.BackgroundColorMsg) {
	if m.Color == nil {
		return
	}
	r.display.Back = style.OnBright
	if m.IsDark() {
		r.display.Back = style.OnDark
	}
	r.restyle()
}

// restyle dresses everything anew: the theme was chosen, or more is known of the terminal.
func (r *root) restyle() {
	r.theme.Become(r.Theme.Theme(r.display))
	if r.dialog != nil {
		r.dialog.wrapped = nil
	}
	if r.question != nil {
		r.question.wrapped = nil
	}
}

// choose takes another theme, for as long as the program runs.
func (r *root) choose(n style.Name) tea.Cmd {
	r.Theme = n
	r.restyle()
	r.say(fmt.Sprintf("theme %s for now; theme = %q in config.toml keeps it", n, n))
	if r.display.Back == style.Unknown {
		return r.askBackground()
	}
	return nil
}

// onPaste gives what was pasted to what takes text. A question takes none: it may be yes by accident.
func (r *root) onPaste(m tea.PasteMsg) tea.Cmd {
	f := r.field()
	switch {
	case r.tooSmall(), r.question != nil, r.dialog != nil:
	case r.help != nil:
		r.help.field.insert(m.Content)
		r.help.refilter()
	case f != nil:
		return f.edit(m)
	}
	return nil
}
