// Every text of the widget, by its key without "widget.". This is the one list: the desk sends these texts with its
// welcome, and a test compares the list with the catalogues.
export const keys = [
  // the frame
  "title", "close", "menu", "human", "other_ways", "ways", "offline", "error", "lost", "log", "new_below",
  // before the first message
  "here_one", "here_many", "others_one", "others_many", "nobody", "closed", "waiting_one", "waiting_many", "ask_label", "ask_hint", "send",
  // the queue
  "position_first", "position", "wait_unknown", "wait_keep", "helps", "joined", "left", "left_next", "ended",
  // messages
  "message_label", "message_hint", "you", "typing", "seen", "sent", "sending", "waits", "not_sent", "again", "remove", "too_long",
  // files
  "file_add", "file_drop", "file_size", "file_type", "file_first", "file_busy", "file_failed", "file_remove", "file_get",
  // name and address
  "mail_too", "name", "email", "optional", "mail_yes", "mail_save", "mail_no", "mail_set", "email_wrong",
  // cards
  "read_back", "read_back_yes", "read_back_no", "read_back_why", "confirmed", "corrected", "promise", "promise_moved", "promise_kept",
  "promise_withdrawn", "solution", "solution_ask", "solution_yes", "solution_no", "solution_why", "solved", "not_solved", "back", "answer_send", "why_missing",
  // the judgement
  "rate", "face_1", "face_2", "face_3", "face_4", "face_5", "grade", "grade_low", "grade_high", "rate_more", "recommend", "recommend_low",
  "recommend_high", "comment", "rate_send", "rate_pick", "rate_thanks", "rated",
  // the menu
  "transcript", "transcript_send", "transcript_sent", "end", "end_sure", "end_yes", "end_no", "sound_on", "sound_off", "new",
  // who helped before is not free
  "asked_busy", "asked_away", "asked_how", "asked_stays", "asked_over", "asked_over_away", "asked_over_how", "ask_colleague", "ask_after_all",
  "ask_wait", "ask_wait_again", "ask_call", "ask_message", "ask_call_send", "ask_message_about", "ask_message_more",
  "ask_message_send", "asked_call_done", "asked_message_done",
  // later
  "later_about", "later_how", "later_mail", "later_call", "later_when", "phone", "phone_wrong", "text_missing", "later_send_mail", "later_send_call",
  "later_mail_done", "later_call_done", "later_case", "calendar",
] as const;

export type Key = (typeof keys)[number];

/** Gives the text with this key, with {name} filled in. */
export type Say = (key: Key, values?: Record<string, string | number>) => string;

export function texts(all: Record<string, string>): Say {
  return (key, values = {}) => {
    const text = all[`widget.${key}`] ?? all[key] ?? "";
    return text.replace(/\{(\w+)\}/g, (whole, name: string) => (name in values ? String(values[name]) : whole));
  };
}
