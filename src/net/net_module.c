/* net: sockets, HTTP and folders; replaced by its parts. */
#include "pitboard/net.h"
typedef int pb__net_module;
