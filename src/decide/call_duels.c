/* call_duels: who can be undercut, by whom we can be, and what an overcut is worth. */
#include "call_work.h"

void pb__call_duels(pb__work *w)
{
    if (!w->view->undercut || !w->view->scene) pb__call_note(w->call, "undercut and overcut: no model of them");
}
