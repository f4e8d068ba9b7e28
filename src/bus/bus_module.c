/* bus: topics and who hears them; replaced by its parts. */

typedef int pb__bus_module;
