package main

import (
	"strings"
	"testing"
)

func TestWordsAreTypedAsTheyAreRead(t *testing.T) {
	for text, want := range map[string]typedStage{
		"initial_response": "initial_response", "初動対応": "initial_response", " Initial Response ": "initial_response",
		"体制解除": "stood_down", "通常のシステム障害": "ordinary_failure", "": "",
	} {
		var got typedStage
		if err := got.UnmarshalText([]byte(text)); err != nil || got != want {
			t.Errorf("%q is %q (%v), want %q", text, got, err, want)
		}
	}
	var result typedResult
	if err := result.UnmarshalText([]byte("連絡つかず")); err != nil || result != "not_reached" {
		t.Errorf("result %q, %v", result, err)
	}
	var medium typedMedium
	if err := medium.UnmarshalText([]byte("防災行政無線")); err != nil || medium != "radio" {
		t.Errorf("medium %q, %v", medium, err)
	}
	var finding typedFinding
	if err := finding.UnmarshalText([]byte("一部支障")); err != nil || finding != "degraded" {
		t.Errorf("finding %q, %v", finding, err)
	}
	if err := finding.UnmarshalText([]byte("大丈夫")); err == nil || !strings.Contains(err.Error(), "normal 異常なし") {
		t.Errorf("a word of no list: %v", err)
	}
}
