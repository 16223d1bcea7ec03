package prompt

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"godoctor/ui/text"
)

// A choice is a line of a menu.
type choice struct {
	words string
	do    func() error
}

// menu lets somebody choose until they go back; top is the first one, which they leave instead.
func (t *talk) menu(question string, list []choice, top bool) error {
	tell := func() {
		for i, c := range list {
			t.say("%d. %s", i+1, c.words)
		}
		if top {
			t.say("0. quit")
		} else {
			t.say("0. back")
		}
	}
	nothing := "back"
	if top {
		nothing = "the menu again"
	}
	tell()
	for {
		answer, err := t.ask(fmt.Sprintf("%s A number from 0 to %d", question, len(list)), nothing)
		if err != nil {
			return err
		}
		n, isNumber := number(answer)
		switch {
		case answer == "" && !top, isBack(answer) && !top, isNumber && n == 0 && !top:
			return nil
		case isNumber && n == 0:
			return errLeave
		case answer == "", isHelp(answer), isBack(answer):
			tell()
		case isNumber && n >= 1 && n <= len(list):
			t.lost = 0
			if err := list[n-1].do(); err != nil {
				return err
			}
		default:
			if err := t.wrong(answer, fmt.Sprintf("type a number from 0 to %d", len(list))); err != nil {
				return err
			}
		}
	}
}

// number reads "7" and "7.".
func number(s string) (int, bool) {
	n, err := strconv.Atoi(strings.TrimSuffix(s, "."))
	return n, err == nil && n >= 0
}

func isBack(s string) bool {
	s = strings.ToLower(s)
	return s == "b" || s == "back"
}

func isHelp(s string) bool {
	s = strings.ToLower(s)
	return s == "?" || s == "h" || s == "help"
}

// A command is a word that is an answer beside the numbers of a list. Its first letter will do.
type command struct {
	word, words string
	do          func() error // errBack ends the list
}

func (c *command) is(answer string) bool {
	answer = strings.ToLower(answer)
	return answer == c.word || answer == c.word[:1]
}

// A roll is a numbered list, told in pages.
type roll struct {
	head     string // what it is
	n        int
	line     func(i int) string
	number   string            // what typing a number does: "look at one"; "": there is nothing to type
	pick     func(i int) error // does it; errBack ends the list
	commands []command
}

// usualPage is how many lines of a list are told at a time.
const usualPage = 20

// size asks how many lines somebody wants to hear at a time, once there are many.
func (t *talk) size(n int) error {
	if n <= usualPage || t.page != 0 {
		return nil
	}
	return t.askPage(fmt.Sprintf("There are %s lines. How many", text.Count(int64(n))))
}

// askPage asks how long a page is to be.
func (t *talk) askPage(question string) error {
	for t.page = 0; t.page == 0; {
		answer, err := t.ask(question+" at a time? A number, or all", strconv.Itoa(usualPage))
		if err != nil {
			return err
		}
		switch size, ok := number(answer); {
		case answer == "", isBack(answer):
			t.page = usualPage
		case strings.EqualFold(answer, "all"), strings.EqualFold(answer, "a"):
			t.page = pageAll
		case ok && size > 0:
			t.page = min(size, pageAll)
		default:
			if err := t.wrong(answer, "type how many lines, or all"); err != nil {
				return err
			}
			continue
		}
		t.lost = 0
	}
	return nil
}

// pageAll is a page that every list fits on.
const pageAll = 1 << 30

// tell tells the page of a list that begins at a line, and gives where the next one does.
func (t *talk) tell(r *roll, at int) int {
	end := r.n
	if size := t.page; size > 0 && at+size < end {
		end = at + size
	}
	for i := at; i < end; i++ {
		t.say("%d. %s", i+1, r.line(i))
	}
	return end
}

// roll tells a list until somebody goes back. An empty one is told so, and has only its commands.
func (t *talk) roll(r *roll) error {
	if err := t.size(r.n); err != nil {
		return err
	}
	if r.head != "" {
		t.say("%s", r.head)
	}
	at := t.tell(r, 0)
	for words := r.question(at); ; words = r.short(at) {
		answer, err := t.ask(words, r.nothing(at, t.page))
		if err != nil {
			return err
		}
		if isHelp(answer) {
			t.say("%s.", r.question(at))
		}
		err = t.answer(r, &at, answer)
		if errors.Is(err, errBack) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// short says in few words what there is to type, to who has heard it once.
func (r *roll) short(at int) string {
	var words []string
	if r.pick != nil && r.n > 0 {
		words = append(words, "a number")
	}
	if at < r.n {
		words = append(words, "more")
	}
	for i := range r.commands {
		words = append(words, r.commands[i].word)
	}
	return "Type " + strings.Join(append(words, "back", "or ?"), ", ")
}

// question says what there is to type, and what each does.
func (r *roll) question(at int) string {
	var words []string
	if r.pick != nil && r.n > 0 {
		words = append(words, "a number: "+r.number)
	}
	if at < r.n {
		words = append(words, "more: the next of "+text.Count(int64(r.n)))
	}
	for i := range r.commands {
		words = append(words, r.commands[i].word+": "+r.commands[i].words)
	}
	return "Type " + strings.Join(append(words, "back"), "; ")
}

func (r *roll) nothing(at, page int) string {
	if at < r.n {
		return fmt.Sprintf("the next %d", min(page, r.n-at))
	}
	return "back"
}

// answer does what was typed.
func (t *talk) answer(r *roll, at *int, answer string) error {
	more := *at < r.n
	n, isNumber := number(answer)
	switch word := strings.ToLower(answer); {
	case isBack(answer), isNumber && n == 0, answer == "" && !more:
		return errBack
	case more && (answer == "" || word == "more" || word == "m"):
		*at = t.tell(r, *at)
	case isHelp(answer):
		*at = t.tell(r, 0)
	case isNumber && r.pick != nil && n <= r.n:
		t.lost = 0
		return r.pick(n - 1)
	default:
		for i := range r.commands {
			if c := &r.commands[i]; c.is(answer) {
				t.lost = 0
				return c.do()
			}
		}
		hint := "type one of the words, or nothing"
		if r.pick != nil && r.n > 0 {
			hint = fmt.Sprintf("type a number from 1 to %d, one of the words, or nothing", r.n)
		}
		return t.wrong(answer, hint)
	}
	t.lost = 0
	return nil
}

// pages tells a text of many lines in pages. It ends with the last, without a question.
func (t *talk) pages(s string) error {
	if s == "" {
		return nil
	}
	lines := strings.Split(strings.TrimRight(s, "\n"), "\n")
	if err := t.size(len(lines)); err != nil {
		return err
	}
	for at := 0; at < len(lines); {
		end := len(lines)
		if t.page > 0 && end-at > t.page {
			end = at + t.page
		}
		for _, l := range lines[at:end] {
			t.say("%s", l)
		}
		if at = end; at == len(lines) {
			return nil
		}
		left := len(lines) - at
		answer, err := t.ask(text.Count(int64(left))+" more lines. Type more, or back", fmt.Sprintf("the next %d", min(t.page, left)))
		if err != nil {
			return err
		}
		if word := strings.ToLower(answer); answer != "" && word != "more" && word != "m" {
			if !isBack(answer) && answer != "0" {
				t.say("%q is no answer here: this text ends.", t.clean(answer))
			}
			return nil
		}
	}
	return nil
}
