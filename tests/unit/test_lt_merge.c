/* The rules by which a message patches the state, one by one. */
#include "pb_test.h"
#include "wire/lt_tree.h"

typedef struct bench {
    pb_arena       arena;
    pb__lt_scratch scratch;
    pb__lt_tree    tree;
    pb__lt_node   *root;
    char           text[1 << 16];
    size_t         n;
} bench;

static bench *begin(void)
{
    bench *b = calloc(1, sizeof *b);
    pb_arena_init(&b->arena, 0);
    PB_CHECK_EQ(pb__lt_scratch_init(&b->scratch, &b->arena, PB__LT_MESSAGE_MAX), PB_OK);
    PB_CHECK_EQ(pb__lt_tree_init(&b->tree, &b->arena), PB_OK);
    b->tree.by_index = true;
    return b;
}

static void end(bench *b)
{
    pb_arena_fini(&b->arena);
    free(b);
}

static void patch_as(bench *b, const char *json, bool replace)
{
    const pb__lt_value *v = NULL;
    pb__lt_scratch_clear(&b->scratch);
    PB_CHECK(pb__lt_read(&b->scratch, pb_span_of(json), PB__LT_JSON, &v) == NULL);
    b->tree.now++;
    pb__lt_merge(&b->tree, &b->root, v, replace);
}

static void patch(bench *b, const char *json)
{
    patch_as(b, json, false);
}

static void put(bench *b, const char *at, size_t n)
{
    PB_CHECK(b->n + n < sizeof b->text);
    memcpy(b->text + b->n, at, n);
    b->n += n;
    b->text[b->n] = '\0';
}

static void write_node(bench *b, const pb__lt_node *node)
{
    static const char *const words[] = {"null", "false", "true"};
    char                     number[32];
    bool                     object = node && node->kind == PB__LT_OBJECT;
    if (!node || node->kind <= PB__LT_TRUE) {
        put(b, words[node ? node->kind : 0], strlen(words[node ? node->kind : 0]));
    } else if (node->kind == PB__LT_WHOLE) {
        put(b, number, (size_t)sprintf(number, "%lld", (long long)node->whole));
    } else if (node->kind == PB__LT_REAL) {
        put(b, number, (size_t)sprintf(number, "%g", node->real));
    } else if (node->kind == PB__LT_TEXT) {
        put(b, "\"", 1);
        if (node->len > 0) put(b, node->text, node->len);
        put(b, "\"", 1);
    } else {
        put(b, object ? "{" : "[", 1);
        for (uint32_t i = 0; i < node->len; i++) {
            if (i > 0) put(b, ",", 1);
            if (object) put(b, node->kids[i]->key, node->kids[i]->key_len);
            if (object) put(b, ":", 1);
            write_node(b, node->kids[i]);
        }
        put(b, object ? "}" : "]", 1);
    }
}

static void check(bench *b, const char *want)
{
    b->n = 0;
    write_node(b, b->root);
    PB_CHECK_TEXT(b->text, want);
}

PB_TEST(objects_are_merged_key_by_key)
{
    bench *b = begin();
    patch(b, "{\"a\":{\"x\":1,\"y\":\"old\"},\"b\":true}");
    patch(b, "{\"a\":{\"y\":\"new\",\"z\":null},\"c\":1.5}");
    check(b, "{a:{x:1,y:\"new\",z:null},b:true,c:1.5}");
    end(b);
}

PB_TEST(an_object_with_whole_keys_patches_a_list)
{
    bench *b = begin();
    patch(b, "{\"Sectors\":[{\"Value\":\"\"},{\"Value\":\"\"},{\"Value\":\"\"}]}");
    patch(b, "{\"Sectors\":{\"1\":{\"Value\":\"41.122\"}}}");
    check(b, "{Sectors:[{Value:\"\"},{Value:\"41.122\"},{Value:\"\"}]}");
    patch(b, "{\"Sectors\":{}}");
    check(b, "{Sectors:[{Value:\"\"},{Value:\"41.122\"},{Value:\"\"}]}");
    end(b);
}

PB_TEST(a_list_grows_to_the_index_that_is_named)
{
    bench *b = begin();
    patch(b, "{\"list\":[1]}");
    patch(b, "{\"list\":{\"3\":4}}");
    check(b, "{list:[1,null,null,4]}");
    patch(b, "{\"list\":{\"10000\":5,\"10001\":6}}");
    PB_CHECK_TEXT(b->tree.why, "list index beyond 10000");
    PB_CHECK_EQ(pb__lt_find(b->root, pb_span_of("list"), NULL)->len, 10001);
    end(b);
}

PB_TEST(where_a_list_belongs_whole_keys_build_one)
{
    bench *b = begin();
    patch(b, "{\"Messages\":{\"1\":{\"Lap\":1}},\"other\":{\"1\":2}}");
    check(b, "{Messages:[null,{Lap:1}],other:{1:2}}");
    end(b);
}

PB_TEST(where_cars_are_the_keys_they_stay_keys)
{
    bench *b         = begin();
    b->tree.by_index = false;
    patch(b, "{\"Stints\":{\"44\":{\"0\":{\"Compound\":\"SOFT\"}}}}");
    check(b, "{Stints:{44:{0:{Compound:\"SOFT\"}}}}");
    end(b);
}

PB_TEST(other_keys_on_a_list_replace_it)
{
    bench *b = begin();
    patch(b, "{\"list\":[1,2]}");
    patch(b, "{\"list\":{\"0\":7,\"name\":8}}");
    check(b, "{list:{0:7,name:8}}");
    end(b);
}

PB_TEST(lists_and_scalars_replace_anything)
{
    bench *b = begin();
    patch(b, "{\"a\":{\"x\":1},\"b\":[1,2,3],\"c\":\"text\",\"d\":1}");
    patch(b, "{\"a\":[9],\"b\":[4],\"c\":null,\"d\":{\"e\":2}}");
    check(b, "{a:[9],b:[4],c:null,d:{e:2}}");
    patch(b, "{\"a\":\"gone\",\"b\":false,\"d\":3}");
    check(b, "{a:\"gone\",b:false,c:null,d:3}");
    end(b);
}

PB_TEST(deleted_members_go_after_the_rest_was_merged_and_are_not_kept)
{
    bench *b = begin();
    patch(b, "{\"PitTimes\":{\"27\":{\"Lap\":1},\"44\":{\"Lap\":2}}}");
    patch(b, "{\"PitTimes\":{\"27\":{\"Lap\":3},\"_deleted\":[\"27\",\"99\"]}}");
    check(b, "{PitTimes:{44:{Lap:2}}}");
    patch(b, "{\"fresh\":{\"x\":1,\"_deleted\":[\"x\"]},\"PitTimes\":{\"_deleted\":[\"44\"]}}");
    check(b, "{PitTimes:{},fresh:{}}");
    end(b);
}

PB_TEST(deleted_places_of_a_list_close_up_by_the_old_indices)
{
    bench *b = begin();
    patch(b, "{\"list\":[10,11,12,13,14]}");
    patch(b, "{\"list\":{\"0\":20,\"_deleted\":[\"1\",3,\"3\",99]}}");
    check(b, "{list:[20,12,14]}");
    patch(b, "{\"list\":{\"5\":1}}");
    patch(b, "{\"list\":{\"_deleted\":[0]}}");
    check(b, "{list:[12,14,null,null,1]}"); /* places never sent stay */
    end(b);
}

PB_TEST(a_key_frame_replaces_the_topic_and_is_not_kept)
{
    bench *b = begin();
    patch(b, "{\"a\":1,\"b\":{\"x\":1,\"y\":2},\"l\":[1,2,3]}");
    patch_as(b, "{\"b\":{\"y\":2},\"l\":[1,5],\"_kf\":true}", true);
    check(b, "{b:{y:2},l:[1,5]}");
    end(b);
}

PB_TEST(nodes_know_what_was_sent_and_what_was_changed)
{
    bench *b = begin();
    patch(b, "{\"InPit\":false,\"Position\":\"3\"}"); /* 1 */
    patch(b, "{\"InPit\":false}");                    /* 2: again */
    const pb__lt_node *pit = pb__lt_get(b->root, PB__LT_W_InPit), *position = pb__lt_get(b->root, PB__LT_W_Position);
    PB_CHECK(pit->sent == 2 && pit->changed == 1 && pit->born == 1);
    PB_CHECK(position->sent == 1);
    patch_as(b, "{\"InPit\":true,\"Position\":\"3\"}", true); /* 3: a key frame */
    PB_CHECK(pit == pb__lt_get(b->root, PB__LT_W_InPit) && pit->changed == 3);
    PB_CHECK(position == pb__lt_get(b->root, PB__LT_W_Position) && position->sent == 3 && position->changed == 1);
    end(b);
}

PB_TEST(what_does_not_fit_is_left_out_and_said)
{
    bench *b    = begin();
    char  *text = malloc(PB__LT_TEXT_MAX + 64);
    memset(text, 'x', PB__LT_TEXT_MAX + 64);
    memcpy(text, "{\"t\":\"", 6);
    memcpy(text + PB__LT_TEXT_MAX + 7, "\"}", 3);
    patch(b, text);
    PB_CHECK_TEXT(b->tree.why, "text too long");
    memset(text, 'k', 200);
    memcpy(text, "{\"", 2);
    memcpy(text + 200, "\":1}", 5);
    patch(b, text);
    PB_CHECK_TEXT(b->tree.why, "key too long");
    free(text);
    char many[32];
    for (int i = 0; i <= PB__LT_KEYS_MAX; i++) {
        snprintf(many, sizeof many, "{\"o\":{\"k%d\":1}}", i);
        patch(b, many);
    }
    PB_CHECK_TEXT(b->tree.why, "too many members in one object");
    PB_CHECK_EQ(pb__lt_find(b->root, pb_span_of("o"), NULL)->len, PB__LT_KEYS_MAX);
    end(b);
}

PB_TEST(the_same_over_and_over_takes_no_more_memory)
{
    bench *b    = begin();
    size_t used = 0, slab = 0;
    char   line[256];
    for (int i = 0; i < 5000; i++) {
        snprintf(line, sizeof line,
                 "{\"44\":{\"Stints\":[{\"Compound\":\"SOFT\",\"Laps\":%d},{\"t\":\"%0*d\"}],\"g\":\"%d\"}}", i,
                 i % 60 + 1, i, i);
        patch(b, line);
        patch(b, i % 2 ? "{\"44\":{\"Stints\":[]}}" : "{\"44\":{\"x\":1,\"_deleted\":[\"x\",\"g\"]}}");
        if (i == 1000) used = b->tree.used, slab = b->tree.slab.used;
    }
    PB_CHECK_EQ(b->tree.used, used);
    PB_CHECK_EQ(b->tree.slab.used, slab);
    end(b);
}

PB_TEST(a_full_state_refuses_and_goes_on)
{
    bench *b = begin();
    char   line[512];
    bool   full = false;
    for (int i = 0; i < 300 && !full; i++) {
        int n = snprintf(line, sizeof line, "{\"o%d\":[", i);
        for (int k = 0; k < 240; k++) line[n++] = k % 2 ? ',' : '0';
        line[n - 1] = ']';
        strcpy(line + n, "}");
        for (int k = 0; k < 4; k++) {
            char deep[600];
            snprintf(deep, sizeof deep, "{\"%d\":%s}", i * 4 + k, line);
            patch(b, deep);
        }
        full = b->tree.why != NULL;
    }
    PB_CHECK(full);
    patch(b, "{\"0\":{\"o0\":[7]}}"); /* what is there can still change */
    PB_CHECK(b->tree.why == NULL);
    end(b);
}

PB_TEST_MAIN(PB_RUN(objects_are_merged_key_by_key), PB_RUN(an_object_with_whole_keys_patches_a_list),
             PB_RUN(a_list_grows_to_the_index_that_is_named), PB_RUN(where_a_list_belongs_whole_keys_build_one),
             PB_RUN(where_cars_are_the_keys_they_stay_keys), PB_RUN(other_keys_on_a_list_replace_it),
             PB_RUN(lists_and_scalars_replace_anything),
             PB_RUN(deleted_members_go_after_the_rest_was_merged_and_are_not_kept),
             PB_RUN(deleted_places_of_a_list_close_up_by_the_old_indices),
             PB_RUN(a_key_frame_replaces_the_topic_and_is_not_kept),
             PB_RUN(nodes_know_what_was_sent_and_what_was_changed), PB_RUN(what_does_not_fit_is_left_out_and_said),
             PB_RUN(the_same_over_and_over_takes_no_more_memory), PB_RUN(a_full_state_refuses_and_goes_on))
