package api

import (
	"balie/domain/staff"
	"balie/ground/sqldb"
)

// pushKey gives the key with which a browser asks its maker for web push on behalf of this organisation.
func pushKey(c *call) (any, error) {
	key, err := c.Flow.PushKey(c.r.Context(), c.who.Org, c.Chance)
	return map[string]string{"key": key.Public}, err
}

func keepPush(c *call) (any, error) {
	var in struct {
		Endpoint string `json:"endpoint"`
		Keys     struct {
			P256dh string `json:"p256dh"`
			Auth   string `json:"auth"`
		} `json:"keys"`
	}
	if err := c.body(&in); err != nil {
		return nil, err
	}
	return nil, c.DB.Write(c.r.Context(), func(tx *sqldb.Tx) error {
		return c.Flow.Staff.KeepPush(tx, staff.Push{
			Org: c.who.Org, Agent: c.who.Agent, Endpoint: in.Endpoint, P256dh: in.Keys.P256dh, Auth: in.Keys.Auth,
		})
	})
}

func dropPush(c *call) (any, error) {
	var in struct {
		Endpoint string `json:"endpoint"`
	}
	if err := c.body(&in); err != nil {
		return nil, err
	}
	return nil, c.DB.Write(c.r.Context(), func(tx *sqldb.Tx) error {
		return c.Flow.Staff.DropPush(tx, c.who.Org, c.who.Agent, in.Endpoint)
	})
}
