package checks

// Reason says in one word why a probe did not succeed. The list is closed: metrics, alerts and
// the console rely on it.
type Reason string

// The reasons.
const (
	OK Reason = "ok"

	Refused     Reason = "refused"      // the host answered that nothing listens (RST, ICMP port unreachable)
	Timeout     Reason = "timeout"      // no answer in time
	Unreachable Reason = "unreachable"  // a router or the neighbour table says that the host is not there
	Reset       Reason = "reset"        // the peer broke the connection off
	DNSFailure  Reason = "dns_failure"  // the name did not resolve, or the DNS server answered with an error
	TLSInvalid  Reason = "tls_invalid"  // handshake failed or the chain, name or dates are not good
	CertExpiry  Reason = "cert_expiry"  // the certificate is good but ends too soon
	WrongAnswer Reason = "wrong_answer" // it answered, but not what the plan expects
	Loss        Reason = "loss"         // too many packets were lost
	Slow        Reason = "slow"         // it answered, slower than the plan allows
	AuthFailed  Reason = "auth_failed"  // it refused our credentials
	Limit       Reason = "limit"        // a measured value is beyond its limit (disk, memory, load, temperature)
	NotRunning  Reason = "not_running"  // the process or service is not there
	Silent      Reason = "silent"       // a heartbeat did not come in time
	BadStatus   Reason = "bad_status"   // a program or a device reported a problem itself
	Stale       Reason = "stale"        // a daemon answers, with values that its device stopped renewing
	Detached    Reason = "detached"     // a daemon answers, but has lost its device or the device's driver
	NoSuchUnit  Reason = "no_such_unit" // a daemon answers, and knows no device of that name

	// NoRoute and ErrorLocal are the agent's own trouble: no route, no permission, no file
	// descriptors, a panic in a check. They make a system unknown, never down.
	// Waiting is not even that: whoever is watched reports by itself, and has not had the time to.
	NoRoute    Reason = "no_route"
	ErrorLocal Reason = "error_local"
	Waiting    Reason = "waiting"
)

// Reasons lists every reason, for documentation and for tests of closed lists.
var Reasons = [...]Reason{
	OK, Refused, Timeout, Unreachable, Reset, DNSFailure, TLSInvalid, CertExpiry, WrongAnswer, Loss, Slow,
	AuthFailed, Limit, NotRunning, Silent, BadStatus, Stale, Detached, NoSuchUnit, NoRoute, ErrorLocal, Waiting,
}

// Local reports whether the reason says nothing of the target: the agent's own trouble, or nothing
// heard yet.
func (r Reason) Local() bool { return r == NoRoute || r == ErrorLocal || r == Waiting }
