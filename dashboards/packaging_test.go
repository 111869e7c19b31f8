package dashboards

import (
	"os"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// provisioned decodes one of the files for Grafana's provisioning.
func provisioned(t *testing.T, name string, into any) {
	t.Helper()
	text, err := os.Open("../packaging/grafana/provisioning/" + name)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = text.Close() }()
	d := yaml.NewDecoder(text)
	d.KnownFields(true)
	if err := d.Decode(into); err != nil {
		t.Errorf("%s: %v", name, err)
	}
}

// The fields are those of https://grafana.com/docs/grafana/latest/administration/provisioning/.
func TestProvisioning(t *testing.T) {
	var sources struct {
		APIVersion  int `yaml:"apiVersion"`
		Datasources []struct {
			Name, UID, Type, Access, URL string
			JSONData                     struct {
				HTTPMethod   string `yaml:"httpMethod"`
				TimeInterval string `yaml:"timeInterval"`
			} `yaml:"jsonData"`
		}
	}
	provisioned(t, "datasources/keizoku.yml", &sources)
	if sources.APIVersion != 1 || len(sources.Datasources) != 1 || sources.Datasources[0].Type != "prometheus" {
		t.Errorf("%+v", sources)
	}
	var folders struct {
		APIVersion int `yaml:"apiVersion"`
		Providers  []struct {
			Name, Folder, Type    string
			FolderUID             string `yaml:"folderUid"`
			UpdateIntervalSeconds int    `yaml:"updateIntervalSeconds"`
			AllowUIUpdates        bool   `yaml:"allowUiUpdates"`
			Options               struct{ Path string }
		}
	}
	provisioned(t, "dashboards/keizoku.yml", &folders)
	if folders.APIVersion != 1 || len(folders.Providers) != 1 || folders.Providers[0].Type != "file" {
		t.Fatalf("%+v", folders)
	}
	page, err := os.ReadFile("../docs/grafana.md")
	if err != nil {
		t.Fatal(err)
	}
	if out := "--out " + folders.Providers[0].Options.Path + "\n"; strings.Count(string(page), out) != 2 {
		t.Errorf("docs/grafana.md does not write to where Grafana looks: %s", out)
	}
	if first := "/d/" + pages[0].uid(); !strings.Contains(string(page), first) {
		t.Errorf("docs/grafana.md does not lead to %s", first)
	}
}
