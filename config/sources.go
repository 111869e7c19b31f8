package config

import (
	"bytes"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/keizoku-bcp/keizoku/block"
	"github.com/keizoku-bcp/keizoku/plan"
)

// Sources is the text of a plan's files, from which diagnostics show snippets, and what in it
// must not be shown. It is read-only once [Load] returns it.
type Sources struct {
	in      input
	files   map[string]*source
	secrets *plan.Redactor
	// names are the attributes that hold secrets; line finds them in a line of source.
	names map[string]bool
	line  *regexp.Regexp
}

// source is one file.
type source struct {
	text   []byte
	parsed *hcl.File // may be nil, or have no body, when the syntax is wrong
	sound  bool      // native syntax without mistakes: every attribute was looked at by hideNamed
	hidden []span
}

// unparsed returns where, in the line from byte from up to byte to, text begins that no parser
// has understood: the line itself, or its comment.
func (s *source) unparsed(from, to int) int {
	if !s.sound {
		return from
	}
	line := s.text[from:to]
	begin := len(line)
	for _, mark := range []string{"#", "//", "/*"} {
		if i := bytes.Index(line, []byte(mark)); i >= 0 {
			begin = min(begin, i)
		}
	}
	return from + begin
}

// span is a stretch of bytes.
type span struct{ from, to int }

// commonSecrets are names that hold secrets in most languages: they are masked even where no
// kind of check knows them, as in a block that could not be read.
var commonSecrets = []string{
	"password", "passwd", "passphrase", "secret", "token", "community", "private_key", "api_key", "apikey",
	"authorization", "credentials",
}

func newSources(in input, kinds Kinds, opts Options, secrets *plan.Redactor) *Sources {
	s := &Sources{in: in, files: make(map[string]*source), secrets: secrets, names: make(map[string]bool)}
	for _, name := range commonSecrets {
		s.names[name] = true
	}
	for _, zero := range ownSettings(kinds, opts) {
		for _, name := range block.SecretNames(block.Describe(zero)) {
			s.names[name] = true
		}
	}
	var words []string
	for _, name := range slices.Sorted(maps.Keys(s.names)) {
		words = append(words, regexp.QuoteMeta(name))
	}
	s.line = regexp.MustCompile(`(?i)(?:^|[^a-z0-9])"?(?:[a-z0-9]+[_-])*(?:` + strings.Join(words, "|") + `)"?(?:\s*[=:]\s*|\s+")(.*)`)
	return s
}

// ownSettings returns the settings that kinds of checks, protocols and kinds of channel own.
func ownSettings(kinds Kinds, opts Options) (zeros []any) {
	for _, k := range kinds {
		zeros = append(zeros, k.Settings)
	}
	for _, p := range opts.Protocols {
		zeros = append(zeros, p.Settings)
	}
	for _, c := range opts.Channels {
		zeros = append(zeros, c.Settings)
	}
	return zeros
}

// sourceCall matches a value that only says where a secret comes from.
var sourceCall = regexp.MustCompile(`^(?:env|file)\("[^"]*"\)[\s,}]*(?:#.*|//.*)?$`)

func (s *Sources) add(f file, parsed *hcl.File, good bool) {
	src := &source{text: f.src, parsed: parsed, sound: good && !f.isJSON()}
	s.files[f.name] = src
	if parsed == nil {
		return
	}
	if body, ok := parsed.Body.(*hclsyntax.Body); ok {
		s.hideNamed(src, body)
		hideContacts(src, body)
	}
}

// hide keeps a range out of snippets.
func (s *Sources) hide(r hcl.Range) {
	if src := s.files[r.Filename]; src != nil {
		src.hidden = append(src.hidden, span{r.Start.Byte, r.End.Byte})
	}
}

// hideNamed hides the values of attributes that have the name of a secret, wherever they stand.
func (s *Sources) hideNamed(src *source, body *hclsyntax.Body) {
	for name, a := range body.Attributes {
		if s.names[strings.ToLower(name)] {
			hideValue(src, a.Expr)
		}
	}
	for _, b := range body.Blocks {
		s.hideNamed(src, b.Body)
	}
}

// hideValue hides what spells a secret out: of a map or list each element that does.
func hideValue(src *source, expr hclsyntax.Expression) {
	switch e := expr.(type) {
	case *hclsyntax.ObjectConsExpr:
		for _, item := range e.Items {
			hideValue(src, item.ValueExpr)
		}
	case *hclsyntax.TupleConsExpr:
		for _, elem := range e.Exprs {
			hideValue(src, elem)
		}
	default:
		if !block.IsSourceCall(e) {
			src.hidden = append(src.hidden, span{e.Range().Start.Byte, e.Range().End.Byte})
		}
	}
}

// secretSpan returns the part of a line that is the value of an attribute with the name of a
// secret. It works on text that no parser understands.
func (s *Sources) secretSpan(line []byte) (span, bool) {
	m := s.line.FindSubmatchIndex(line)
	if m == nil || m[2] == m[3] || sourceCall.Match(line[m[2]:m[3]]) {
		return span{}, false
	}
	return span{m[2], m[3]}, true
}

// learnFrom makes the values in a file that does not parse known to the redactor: the parser's
// own messages may quote them.
func (s *Sources) learnFrom(text []byte) {
	for line := range strings.Lines(string(text)) {
		if at, ok := s.secretSpan([]byte(line)); ok {
			for _, word := range strings.FieldsFunc(line[at.from:at.to], isQuoting) {
				s.secrets.Add(word)
			}
		}
	}
}

func isQuoting(r rune) bool { return strings.ContainsRune("\"', \t\r\n{}[]", r) }

// Text returns the text of a file of the plan, or nil.
func (s *Sources) Text(name string) []byte {
	if s == nil || s.files[name] == nil {
		return nil
	}
	return s.files[name].text
}

// Redact returns text with the plan's known secrets blotted out.
func (s *Sources) Redact(text string) string { return s.secrets.Redact(text) }
