package demo

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"
)

// The backup job's report, as examples/city_hall/office.hcl expects it. The token protects a
// simulated hall on loopback; a real plan takes its tokens from env() or file().
const (
	backupPath  = "/api/v1/heartbeat/backup/nightly"
	backupToken = "demo-heartbeat-token"
	backupEvery = 2 * time.Second
)

// ReportBackups pushes the backup job's heartbeats to the agent until ctx ends; the function it
// returns waits for that. A backup server that cannot be reached reports nothing.
func (h *Hall) ReportBackups(ctx context.Context, agent string) (wait func()) {
	var wg sync.WaitGroup
	wg.Go(func() {
		job := h.Device("backup_job")
		client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: backupEvery}
		for {
			if job.Reachable() {
				if err := pushHeartbeat(ctx, client, agent); err != nil && ctx.Err() == nil {
					h.log.Warn("demo backup job cannot report to the agent", "url", agent+backupPath, "err", err)
				}
			}
			if pass(ctx, backupEvery) != nil {
				return
			}
		}
	})
	return wg.Wait
}

func pushHeartbeat(ctx context.Context, client *http.Client, agent string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, agent+backupPath, http.NoBody)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+backupToken)
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode >= http.StatusMultipleChoices {
		return fmt.Errorf("the agent answered %s", resp.Status)
	}
	return nil
}
