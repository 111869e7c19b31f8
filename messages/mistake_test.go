package messages

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"

	checks "github.com/keizoku-bcp/keizoku/checks/all"
	"github.com/keizoku-bcp/keizoku/config"
	channels "github.com/keizoku-bcp/keizoku/notify/all"
	"github.com/keizoku-bcp/keizoku/plan"
	powers "github.com/keizoku-bcp/keizoku/power/all"
)

// slips are mistakes of the keyboard and the editor that config's own examples do not hold.
var slips = []string{
	"plan \"p\" {\n  title = \"\x8cv\x89\xe6\"\n}\n",
	"plan \"p\" {\n  title = “p”\n}\n",
	"plan \"p\" {\n\u3000title = \"p\"\n}\n",
	"plan \"p\" {\n",
	"plan \"p\" {\n}\n}\n",
	"plan \"p\" {\n  title = 「p」\n}\n",
	"plan \"p\" {\n\u00a0title = \"p\"\n}\n",
	"plan \"p\" {}\nthreat \"t\" {}\nsystem \"s\" {\n  allowable_downtime = { t = 12h }\n}\n",
	"plan \"p\" {}\nthreat \"t\" {\n  default = yes\n}\n",
	"plan \"p\" {}\nthreat \"t\" {}\nsystem \"s\" {\n  priority = \"1\"\n  depends_on = \"x\"\n}\n",
	"plan \"p\" {}\nthreat \"t\" {}\ncalendar \"c\" {\n  days = [\"月\"]\n  opens = \"8時\"\n  closes = \"17:15\"\n  closed = [\"12/29\"]\n}\n",
}

// mistaken are the diagnostics of every mistake that config is tested with.
func mistaken(t *testing.T) (all hcl.Diagnostics) {
	t.Helper()
	files, err := filepath.Glob("../config/testdata/invalid/*.hcl")
	if err != nil || len(files) < 10 {
		t.Fatal(files, err)
	}
	sources := slips
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		sources = append(sources, string(src))
	}
	for _, src := range sources {
		_, _, diags := config.LoadBytes("p.hcl", []byte(src), checks.Kinds(), config.Options{Protocols: powers.Protocols(), Channels: channels.Kinds()})
		all = append(all, diags...)
	}
	return all
}

// The English texts by which mistakes are known again are those that config has now.
func TestEveryMistakeIsMade(t *testing.T) {
	diags := mistaken(t)
	summaries, details := knownMistakes()
	for _, k := range append(append([]known{}, summaries...), details...) {
		made := false
		for _, d := range diags {
			text := d.Summary
			if strings.HasPrefix(k.id, "mistake_do_") {
				text = d.Detail
			}
			made = made || k.english.MatchString(text)
		}
		if !made {
			t.Errorf("%s: no mistake reads %q", k.id, For(plan.English).Word(k.id))
		}
	}
}

func TestMistake(t *testing.T) {
	ja := For(plan.Japanese)
	for _, tt := range []struct{ summary, detail, want string }{
		{"Wrong value for \"opens\"", `This must be a time of day from "00:00" to "24:00", such as "08:30".`, "項目 opens の値の書き方が違います。24時間表記で \"08:30\" のように書きます。"},
		{"Full-width character", "“ is a full-width character (全角). Write it half-width: \"", "全角文字です。半角の \" に直してください。"},
		{`Unknown system "core_swich"`, `The plan has no system "core_swich". Did you mean system.core_switch?`, "計画に system の core_swich はありません。system.core_switch ではありませんか。"},
		{`Unknown value for "stage"`, `It can be "initial" or "continuity".`, `項目 stage に、その値は書けません。書けるのは "initial"、"continuity" です。`},
		{"Unclosed configuration block", "There is none.", "このブロックか、その中のどこかで、} が足りません。"},
		{"Something new", "Did you mean x?", ""},
	} {
		if got := ja.Mistake(tt.summary, tt.detail); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.summary, got, tt.want)
		}
		if got := For(plan.English).Mistake(tt.summary, tt.detail); got != "" {
			t.Errorf("%s: in English %q", tt.summary, got)
		}
	}
	if got := ja.Doubt(plan.RuleNoChannel); !strings.Contains(got, "通知先") {
		t.Errorf("doubt %q", got)
	}
	if got := ja.Doubt("no-such-rule"); got != "" {
		t.Errorf("unknown doubt %q", got)
	}
}
