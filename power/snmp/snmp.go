// Package snmp reads UPS through their network cards: the standard UPS-MIB (RFC 1628) and the
// Japanese makers' common MIB, over SNMP v2c and v3.
//
// It exists because a UPS with a network card needs no daemon beside it, and because in a
// Japanese city hall that card speaks JEMA's MIB as often as the standard one.
package snmp

import (
	"github.com/keizoku-bcp/keizoku/plan"
	"github.com/keizoku-bcp/keizoku/power"
	"github.com/keizoku-bcp/keizoku/power/internal/field"
)

// Settings are the attributes of a source "snmp".
type Settings struct {
	plan.Source `hcl:",source"`

	Address   field.Address  `hcl:"address" doc:"Host of the card, with its UDP port if that is not 161."`
	Community plan.Secret    `hcl:"community,optional" doc:"Community for SNMP v2c. Either this or a v3 block is needed."`
	V3        *V3            `hcl:"v3,block" doc:"The user for SNMP v3. Which passwords are given decides the security level: both make authPriv, auth_password alone authNoPriv, none noAuthNoPriv."`
	MIB       string         `hcl:"mib,optional" default:"auto" enum:"auto,rfc1628,jema,jema2" doc:"What the card speaks; auto asks for all three and takes the one with most answers."`
	OIDs      map[string]OID `hcl:"oids,optional" doc:"OIDs in place of the MIB's, by the names of the table above: { runtime = \"1.3.6.1.4.1.…\" }."`
}

// V3 is a user of the User-based Security Model (RFC 3414).
type V3 struct {
	plan.Source `hcl:",source"`

	User         string      `hcl:"user" doc:"Name of the user."`
	AuthProtocol string      `hcl:"auth_protocol,optional" default:"sha256" enum:"md5,sha,sha224,sha256,sha384,sha512" doc:"How messages are signed."`
	AuthPassword plan.Secret `hcl:"auth_password,optional" doc:"Password for signing, of 8 characters or more."`
	PrivProtocol string      `hcl:"priv_protocol,optional" default:"aes" enum:"des,aes,aes192,aes256,aes192c,aes256c" doc:"How messages are encrypted; aes is AES-128, those with c extend short keys in Cisco's way."`
	PrivPassword plan.Secret `hcl:"priv_password,optional" doc:"Password for encryption, of 8 characters or more."`
	Context      string      `hcl:"context,optional" doc:"Name of the context, for agents that serve several devices."`
}

const defaultPort = 161

// Protocol describes sources of protocol "snmp".
func Protocol() *power.Protocol {
	return &power.Protocol{
		Name:     "snmp",
		Summary:  "Asks a UPS's network card by SNMP v2c or v3: UPS-MIB (RFC 1628) or JEMA-MIB.",
		Doc:      doc(),
		Example:  example,
		Settings: Settings{},
		Validate: validate,
		New:      newReader,
	}
}

const example = `source "snmp" {
  address = "10.1.0.51"
  v3 {
    user          = "keizoku"
    auth_protocol = "sha256"
    auth_password = env("UPS_AUTH_PASSWORD")
    priv_protocol = "aes"
    priv_password = env("UPS_PRIV_PASSWORD")
  }
}
`

func doc() string {
	return "One reading is one GET of the single objects and one GETBULK for the lines of input and output. The output\n" +
		"of several lines is added up, their load is that of the fullest, and the input voltage that of the lowest.\n\n" +
		"| MIB | base | |\n|---|---|---|\n" +
		"| `rfc1628` | `" + bases["rfc1628"] + "` | UPS-MIB, RFC 1628 |\n" +
		"| `jema` | `" + bases["jema"] + "` | JEMA-MIB (2001), common to GS Yuasa, Sanken, Sanyo Denki, TMEIC, Hitachi, Fuji, Mitsubishi, Toshiba, NEC |\n" +
		"| `jema2` | `" + bases["jema2"] + "` | JEMA-MIB2 (2019) |\n\n" +
		"JEMA-MIB follows the groups of RFC 1628. Its objects marked *confirmed* are known to have the number\n" +
		"below; the others are *assumed* to have that of RFC 1628, and are left out where the card does not have\n" +
		"them. Where a card has them elsewhere, give their place in `oids`; their unit stays that of the table.\n\n" +
		objectTable() +
		"\nFor an object of the lines, marked n, give in `oids` the OID of the column, without the line's number.\n\n" +
		"What cannot be true, such as a runtime of 65535 minutes, is left out and named among the doubts.\n" +
		"`replace_battery` is told by the alarm upsAlarmBatteryBad. A card that has lost its UPS says so by\n" +
		"upsAlarmCommunicationsLost: `detached`.\n\n" +
		"An agent that does not know the community says nothing at all, so that a wrong community, a wrong\n" +
		"encryption password, a filtered port and a dead card all look like `timeout`. Under v3 an unknown user, a\n" +
		"security level it does not offer and a wrong `auth_password` are answered, and are `auth_failed`.\n"
}
