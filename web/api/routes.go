package api

import "balie/domain/access"

// Routes is the whole table.
func Routes() []Route {
	const v1 = "/api/v1"
	const one = v1 + "/cases/{id}"
	return append(chatRoutes(v1, one), []Route{
		{Method: "GET", Pattern: v1 + "/openapi.json", do: describe},

		{Method: "GET", Pattern: v1 + "/me", Action: access.ReadAgents, read: readMe},
		{Method: "PUT", Pattern: v1 + "/me", Action: access.Me, do: changeMe},
		{Method: "PUT", Pattern: v1 + "/me/presence", Action: access.MyPresence, do: setPresence},
		{Method: "DELETE", Pattern: v1 + "/session", Action: access.MySessions, do: signOut},
		{Method: "GET", Pattern: v1 + "/events", Action: access.Follow, do: events},

		{Method: "GET", Pattern: v1 + "/cases", Action: access.ReadCase, read: listCases},
		{Method: "POST", Pattern: v1 + "/cases", Action: access.OpenCase, do: createCase},
		{Method: "GET", Pattern: one, Action: access.ReadCase, object: onCase, read: readCase},
		{Method: "POST", Pattern: one + "/messages", Action: access.Reply, object: onCase, do: reply},
		{Method: "POST", Pattern: one + "/notes", Action: access.WriteNote, object: onCase, do: note},
		{Method: "POST", Pattern: one + "/owner", Action: access.HandOver, object: onCase, do: handOver},
		{Method: "POST", Pattern: one + "/read-back", Action: access.ReadBack, object: onCase, do: readBack},
		{Method: "POST", Pattern: one + "/promises", Action: access.Promise, object: onCase, do: makePromise},
		{Method: "POST", Pattern: one + "/promises/{pid}/kept", Action: access.Promise, object: onPromise, do: keepPromise},
		{Method: "POST", Pattern: one + "/promises/{pid}/move", Action: access.Promise, object: onPromise, do: movePromise},
		{Method: "POST", Pattern: one + "/promises/{pid}/withdraw", Action: access.Promise, object: onPromise, do: withdrawPromise},
		{Method: "POST", Pattern: one + "/solution", Action: access.Propose, object: onCase, do: propose},
		{Method: "POST", Pattern: one + "/tags", Action: access.Tag, object: onCase, do: tag},
		{Method: "POST", Pattern: one + "/needs", Action: access.Need, object: onCase, do: need},
		{Method: "POST", Pattern: one + "/snooze", Action: access.Snooze, object: onCase, do: snooze},
		{Method: "POST", Pattern: one + "/merge", Action: access.Merge, object: onCase, do: merge},
		{Method: "POST", Pattern: one + "/link", Action: access.RenewLink, object: onCase, do: renewLink},
		{Method: "POST", Pattern: one + "/viewing", Action: access.ReadCase, object: onCase, do: viewing},
		{Method: "POST", Pattern: one + "/seen", Action: access.ReadCase, object: onCase, do: seen},
		{Method: "PUT", Pattern: one + "/draft", Action: access.Reply, object: onCase, do: draft},
		{Method: "POST", Pattern: one + "/fill", Action: access.Reply, object: onCase, do: fill},

		{Method: "POST", Pattern: v1 + "/files", Action: access.WriteFile, do: upload},
		{Method: "GET", Pattern: v1 + "/files/{id}", Action: access.ReadFile, object: onFile, do: download},
		{Method: "GET", Pattern: v1 + "/files/{id}/picture", Action: access.ReadFile, object: onFile, do: filePicture},
		{Method: "GET", Pattern: v1 + "/messages/{id}/html", Action: access.ReadCase, object: onEntry, do: messageHTML},
		{Method: "GET", Pattern: v1 + "/messages/{id}/raw", Action: access.ReadCase, object: onEntry, do: messageRaw},
		// The frame of a mail has no cookie: what stands in it carries a signature (see picture.go).
		{Method: "GET", Pattern: v1 + "/inline/{id}", do: inlinePicture},
		{Method: "GET", Pattern: v1 + "/image", do: remotePicture},
		{Method: "POST", Pattern: v1 + "/preview", Action: access.Preview, do: preview},

		{Method: "GET", Pattern: v1 + "/customers/{id}", Action: access.ReadCustomer, object: onCustomer, read: readCustomer},
		{Method: "GET", Pattern: v1 + "/agents", Action: access.ReadAgents, read: listAgents},
		{Method: "PUT", Pattern: v1 + "/agents/{id}/chats", Action: access.ChangeLimits, object: onAgent, do: setLimit},
		{Method: "GET", Pattern: v1 + "/departments", Action: access.ReadAgents, read: listDepartments},
		{Method: "GET", Pattern: v1 + "/skills", Action: access.ReadAgents, read: listSkills},
		{Method: "GET", Pattern: v1 + "/replies", Action: access.ReadReplies, read: listReplies},
		{Method: "GET", Pattern: v1 + "/mentions", Action: access.MyMentions, read: listMentions},
		{Method: "POST", Pattern: v1 + "/mentions/seen", Action: access.MyMentions, do: seeMentions},
		{Method: "GET", Pattern: v1 + "/board", Action: access.ReadBoard, read: readBoard},
		{Method: "GET", Pattern: v1 + "/wall", Action: access.ReadBoard, read: readWall},
		{Method: "GET", Pattern: v1 + "/outbox", Action: access.ReadOutbox, read: listOutbox},
	}...)
}

// chatRoutes are those of live chat.
func chatRoutes(v1, one string) []Route {
	return []Route{
		{Method: "POST", Pattern: one + "/contact/end", Action: access.Reply, object: onCase, do: endContact},
		{Method: "POST", Pattern: one + "/contact/details", Action: access.Reply, object: onCase, do: contactDetails},

		{Method: "GET", Pattern: v1 + "/offers", Action: access.MyOffers, read: listOffers},
		{Method: "POST", Pattern: v1 + "/offers/{id}/accept", Action: access.MyOffers, object: onOffer, do: acceptOffer},
		{Method: "POST", Pattern: v1 + "/offers/{id}/decline", Action: access.MyOffers, object: onOffer, do: declineOffer},
		{Method: "GET", Pattern: v1 + "/chats", Action: access.MyOffers, read: listChats},
		{Method: "GET", Pattern: v1 + "/queue", Action: access.ReadBoard, read: readQueue},
		{Method: "PUT", Pattern: v1 + "/announcement", Action: access.Announce, do: announce},
		{Method: "GET", Pattern: v1 + "/push", Action: access.MyPush, do: pushKey},
		{Method: "POST", Pattern: v1 + "/push", Action: access.MyPush, do: keepPush},
		{Method: "DELETE", Pattern: v1 + "/push", Action: access.MyPush, do: dropPush},
	}
}
