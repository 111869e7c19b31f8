package block_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclparse"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"

	"github.com/keizoku-bcp/keizoku/block"
	"github.com/keizoku-bcp/keizoku/plan"
)

type settings struct {
	Source  plan.Source            `hcl:",source"`
	Host    string                 `hcl:"host" doc:"Name or address."`
	Count   int                    `hcl:"count,optional" default:"3" min:"1" max:"10" doc:"Echo requests."`
	Loss    float64                `hcl:"max_loss,optional" min:"0" max:"1"`
	Wait    time.Duration          `hcl:"wait,optional" default:"2s" max:"1m"`
	Family  string                 `hcl:"family,optional" enum:"ipv4,ipv6"`
	Verify  *bool                  `hcl:"verify,optional"`
	Status  []int                  `hcl:"expect_status,optional" default:"200,204" min:"100" max:"599"`
	Names   []string               `hcl:"names,optional"`
	Headers map[string]string      `hcl:"headers,optional"`
	Burn    map[string]float64     `hcl:"burn,optional"`
	Token   plan.Secret            `hcl:"token,optional"`
	Secrets map[string]plan.Secret `hcl:"secret_headers,optional"`
	Auth    *auth                  `hcl:"basic_auth,block" doc:"Who we are."`
	Disks   []disk                 `hcl:"disk,block"`
	shared
}

type shared struct {
	CAFile string `hcl:"ca_file,optional"`
}

type auth struct {
	User     string      `hcl:"user"`
	Password plan.Secret `hcl:"password"`
}

type disk struct {
	Path string  `hcl:"path,label"`
	Max  float64 `hcl:"max_used,optional" default:"0.9"`
}

const theSecret = "hunter2-äß"

// context knows one system, one variable of the environment and a function that fails with
// whatever it is given.
func context() *block.Context {
	secrets := new(plan.Redactor)
	env := function.New(&function.Spec{
		Params: []function.Parameter{{Name: "name", Type: cty.String}},
		Type:   function.StaticReturnType(cty.String),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			if args[0].AsString() != "SECRET" {
				return cty.NilVal, fmt.Errorf("environment variable %q is not set", args[0].AsString())
			}
			secrets.Add(theSecret)
			return cty.StringVal(theSecret).Mark(block.Sensitive), nil
		},
	})
	return &block.Context{
		Eval: &hcl.EvalContext{
			Variables: map[string]cty.Value{
				"system": cty.ObjectVal(map[string]cty.Value{"core_switch": cty.StringVal("core_switch")}),
				"site":   cty.EmptyObjectVal,
			},
			Functions: map[string]function.Function{"env": env},
		},
		Secrets: secrets,
	}
}

func parse(t *testing.T, src string) hcl.Body {
	t.Helper()
	parser := hclparse.NewParser()
	read := parser.ParseHCL
	if strings.HasPrefix(strings.TrimSpace(src), "{") {
		read = parser.ParseJSON
	}
	file, diags := read([]byte(src), "t.hcl")
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	return file.Body
}

// texts renders diagnostics as "line:column summary; detail", sorted as they came.
func texts(diags hcl.Diagnostics) []string {
	var out []string
	for _, d := range diags {
		out = append(out, fmt.Sprintf("%d:%d %s; %s", d.Subject.Start.Line, d.Subject.Start.Column, d.Summary, d.Detail))
	}
	return out
}

const full = `host = "10.1.0.${1}"
count = 5
max_loss = 0.25
wait = "1m"
family = "ipv6"
verify = false
expect_status = [200, 404]
names = ["a", "b"]
headers = { Accept = "text/html", "X-Key" = env("SECRET") }
burn = { 25 = 14, "100" = 50.5 }
token = "literal"
secret_headers = { Authorization = "Bearer ${env("SECRET")}" }
basic_auth {
  user = "u"
  password = env("SECRET")
}
disk "/" {}
disk "/var" { max_used = 0.5 }
ca_file = "ca.pem"
`

const fullJSON = `{"//": "a comment", "host": "10.1.0.${1}", "count": 5, "max_loss": 0.25, "wait": "1m", "family": "ipv6",
"verify": false, "expect_status": [200, 404], "names": ["a", "b"], "headers": {"Accept": "text/html", "X-Key": "${env(\"SECRET\")}"},
"burn": {"25": 14, "100": 50.5}, "token": "literal", "secret_headers": {"Authorization": "Bearer ${env(\"SECRET\")}"},
"basic_auth": {"user": "u", "password": "${env(\"SECRET\")}"}, "disk": [{"/": {}}, {"/var": {"max_used": 0.5}}], "ca_file": "ca.pem"}`

func TestDecodeBothSyntaxes(t *testing.T) {
	no := false
	want := &settings{
		Host: "10.1.0.1", Count: 5, Loss: 0.25, Wait: time.Minute, Family: "ipv6", Verify: &no,
		Status: []int{200, 404}, Names: []string{"a", "b"},
		Headers: map[string]string{"Accept": "text/html", "X-Key": theSecret},
		Burn:    map[string]float64{"25": 14, "100": 50.5},
		Token:   plan.NewSecret("literal"),
		Secrets: map[string]plan.Secret{"Authorization": plan.NewSecret("Bearer " + theSecret)},
		Auth:    &auth{User: "u", Password: plan.NewSecret(theSecret)},
		Disks:   []disk{{Path: "/", Max: 0.9}, {Path: "/var", Max: 0.5}},
		shared:  shared{CAFile: "ca.pem"},
	}
	for name, src := range map[string]string{"native": full, "json": fullJSON} {
		t.Run(name, func(t *testing.T) {
			ctx := context()
			got, diags := block.DecodeNew(parse(t, src), ctx, settings{})
			if len(diags) > 0 {
				t.Fatal(texts(diags))
			}
			opts := cmp.Options{
				cmp.AllowUnexported(settings{}, plan.Secret{}),
				cmpopts.IgnoreFields(settings{}, "Source"),
			}
			if diff := cmp.Diff(want, got, opts); diff != "" {
				t.Error(diff)
			}
			if r := got.(*settings).Source.At("count"); r.File != "t.hcl" || r.Start.Line == 0 {
				t.Errorf("range of count: %v", r)
			}
			if text := ctx.Secrets.Redact("x literal y Bearer " + theSecret + "."); strings.Contains(text, "literal") || strings.Contains(text, theSecret) {
				t.Errorf("not redacted: %s", text)
			}
		})
	}
}

func TestDefaults(t *testing.T) {
	got, diags := block.DecodeNew(parse(t, "host = \"h\"\ncount = null\n"), nil, settings{})
	if len(diags) > 0 {
		t.Fatal(texts(diags))
	}
	want := &settings{Host: "h", Count: 3, Wait: 2 * time.Second, Status: []int{200, 204}}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(settings{}, plan.Secret{}), cmpopts.IgnoreFields(settings{}, "Source")); diff != "" {
		t.Error(diff)
	}
}

func TestMistakes(t *testing.T) {
	for _, c := range []struct {
		name, src string
		want      []string // prefixes or parts: "line:column" and a text, split at the first "|"
	}{
		{"missing", `count = 1`, []string{`1:1|Missing attribute "host"; It is needed here. Name or address.`}},
		{"empty", `host = ""`, []string{`1:8|"host" is empty`}},
		{"null", `host = null`, []string{`1:1|Missing attribute "host"`}},
		{"number for text", `host = 5`, []string{`1:8|This must be a string, text in quotes; it is a number.`}},
		{"text for number", "host = \"h\"\ncount = \"5\"", []string{`2:9|This must be a whole number, such as 3, without quotes; it is a string.`}},
		{"fraction", "host = \"h\"\ncount = 1.5", []string{`2:9|A whole number is wanted`}},
		{"huge", "host = \"h\"\ncount = 1e40", []string{`2:9|A whole number is wanted`}},
		{"limits", "host = \"h\"\ncount = 11\nmax_loss = -0.1\nwait = \"2m\"", []string{
			`2:9|"count" is out of range; It must be at least 1 and at most 10.`,
			`3:12|"max_loss" is out of range`, `4:8|"wait" is out of range; It must be at most 1m.`,
		}},
		{"duration", "host = \"h\"\nwait = \"soon\"", []string{`2:8|This must be a duration, such as "30s"`}},
		{"duration number", "host = \"h\"\nwait = 5", []string{`2:8|it is a number.`}},
		{"enum", "host = \"h\"\nfamily = \"ipv5\"", []string{`2:10|It can be "ipv4" or "ipv6". Did you mean "ipv4"?`}},
		{"bool", "host = \"h\"\nverify = \"no\"", []string{`2:10|This must be a bool, true or false; it is a string.`}},
		{"elements", "host = \"h\"\nexpect_status = [200, 99, \"x\"]", []string{`2:23|out of range`, `2:27|whole number`}},
		{"not a list", "host = \"h\"\nnames = \"a\"", []string{`2:9|This must be a list of strings, in brackets: [ … ]; it is a string.`}},
		{"list for text", `host = ["h"]`, []string{`1:8|This must be a string, text in quotes; it is a list.`}},
		{"not a map", "host = \"h\"\nheaders = [1]", []string{`2:11|This must be a map of strings, in braces: { key = value }; it is a list.`}},
		{"map value", "host = \"h\"\nheaders = { a = 1 }", []string{`2:17|This must be a string`}},
		{"twice", "host = \"h\"\nheaders = { a = \"1\", a = \"2\" }", []string{`2:22|Key twice in "headers"`}},
		{"unknown", "hots = \"h\"\nwhatever = 1", []string{
			`1:1|Unknown attribute "hots"; Did you mean "host"?`, `2:1|Unknown attribute "whatever"; Known here: basic_auth, burn,`,
		}},
		{"unknown block", "host = \"h\"\nbasic_aut {\n}", []string{`2:1|Unknown block "basic_aut"; Did you mean "basic_auth"?`}},
		{"block as attribute", "host = \"h\"\nbasic_auth = {}", []string{`2:1|It is a block: write basic_auth { … } without an equals sign.`}},
		{"attribute as block", "host = \"h\"\nheaders {\n}", []string{`2:1|It is an attribute: write headers = … with an equals sign.`}},
		{"two blocks", "host = \"h\"\nbasic_auth {\n  user = \"a\"\n  password = \"b\"\n}\nbasic_auth {\n}", []string{
			`6:1|Second block "basic_auth"; Only one is allowed here; the first is at t.hcl:2,1.`,
		}},
		{"inside", "host = \"h\"\nbasic_auth {\n  usr = \"a\"\n}", []string{
			`2:1|Missing attribute "password"; A block of type "basic_auth" needs it.`, `3:3|Did you mean "user"?`,
		}},
		{"label", "host = \"h\"\ndisk {\n}", []string{`2:6|Missing path for disk`}},
		{"root", `host = sytem.core_switch`, []string{`1:8|Unknown name "sytem"; Did you mean "system"?`}},
		{"bare word", `host = localhost`, []string{`1:8|If it is text, put it in quotes: "localhost".`}},
		{"member", `host = system.core_swich`, []string{`1:14|Unknown system "core_swich"; The plan has no system "core_swich". Did you mean system.core_switch?`}},
		{"member by index", `host = system["core_swich"]`, []string{`1:14|Did you mean system.core_switch?`}},
		{"none at all", `host = site.hall`, []string{`1:12|The plan has no block "site" at all.`}},
		{"function", `host = evn("X")`, []string{`1:8|Call to unknown function`}},
		{"json", "{\"hots\": 1,\n\"count\": \"5\",\n\"names\": {}}", []string{
			`2:10|whole number`, `3:10|it is a map.`, `1:2|Did you mean "host"?`,
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			diags := block.Decode(parse(t, c.src), context(), new(settings))
			matches(t, c.want, texts(diags))
		})
	}
}

// matches holds when each wanted "position|text" is found once and nothing else is there.
func matches(t *testing.T, want, got []string) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("got %d mistakes, want %d:\n%s", len(got), len(want), strings.Join(got, "\n"))
		return
	}
	for _, w := range want {
		at, text, _ := strings.Cut(w, "|")
		found := false
		for _, g := range got {
			found = found || strings.HasPrefix(g, at+" ") && strings.Contains(g, text)
		}
		if !found {
			t.Errorf("missing %s in:\n%s", w, strings.Join(got, "\n"))
		}
	}
}

type envelope struct {
	Kind     string        `hcl:"kind,label"`
	Name     string        `hcl:"name,label"`
	Interval time.Duration `hcl:"interval,optional" default:"30s"`
	Remain   hcl.Body      `hcl:",remain"`
}

type outer struct {
	Checks []envelope `hcl:"check,block"`
}

func TestRemainKnowsBothStructs(t *testing.T) {
	src := "check \"http\" \"login\" {\n  intervall = \"1s\"\n  expect_statos = [1]\n  tokn = \"oops-a-secret\"\n}\n"
	var o outer
	if diags := block.Decode(parse(t, src), context(), &o); len(diags) > 0 {
		t.Fatal(texts(diags))
	}
	ctx := context()
	var hidden []hcl.Range
	ctx.Hide = func(r hcl.Range) { hidden = append(hidden, r) }
	_, diags := block.DecodeNew(o.Checks[0].Remain, ctx, settings{})
	matches(t, []string{
		`1:1|Missing attribute "host"; A block of type "check" needs it.`,
		`2:3|Unknown attribute "intervall"; Did you mean "interval"?`,
		`3:3|Did you mean "expect_status"?`,
		`4:3|Did you mean "token"?`,
	}, texts(diags))
	if len(hidden) != 1 || hidden[0].Start.Line != 4 {
		t.Errorf("hidden: %v", hidden)
	}
}

func TestDecodePartial(t *testing.T) {
	body := parse(t, "ca_file = \"x\"\nhost = \"h\"\nwiat = \"1s\"")
	var first shared
	remain, diags := block.DecodePartial(body, context(), &first)
	if len(diags) > 0 || first.CAFile != "x" {
		t.Fatal(texts(diags), first)
	}
	var second struct {
		Host string        `hcl:"host"`
		Wait time.Duration `hcl:"wait,optional"`
	}
	matches(t, []string{`3:1|Did you mean "wait"?`}, texts(block.Decode(remain, context(), &second)))
	if second.Host != "h" {
		t.Errorf("host %q", second.Host)
	}
}

func TestVerify(t *testing.T) {
	for name, c := range map[string]struct {
		zero any
		want string
	}{
		"good":      {settings{}, ""},
		"nil":       {nil, ""},
		"no struct": {5, "must be a struct"},
		"bad type": {struct {
			A chan int `hcl:"a"`
		}{}, "chan int is not supported"},
		"bad role": {struct {
			A int `hcl:"a,maybe"`
		}{}, `unknown role "maybe"`},
		"bad default": {struct {
			A int `hcl:"a,optional" default:"x"`
		}{}, `the default "x" is not good`},
		"out of enum": {struct {
			A string `hcl:"a,optional" default:"x" enum:"y,z"`
		}{}, "is not good"},
		"itself": {endless{}, "contains itself"},
		"required default": {struct {
			A int `hcl:"a" default:"1"`
		}{}, "has no default"},
	} {
		t.Run(name, func(t *testing.T) {
			err := block.Verify(c.zero)
			if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
	_, diags := block.DecodeNew(parse(t, ""), context(), endless{})
	if len(diags) != 1 {
		t.Error(texts(diags))
	}
}

type endless struct {
	More []endless `hcl:"more,block"`
}
