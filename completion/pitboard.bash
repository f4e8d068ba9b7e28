# bash completion for pitboard: the commands and options are asked from the
# program itself, so that they never differ from it.
_pitboard_kinds() {
    "$1" models list 2>/dev/null | sed -n 's/^\([a-z_]*\): .*/\1/p'
}
_pitboard() {
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} command=${COMP_WORDS[1]}
    local program=${COMP_WORDS[0]}
    COMPREPLY=()
    if [ "$COMP_CWORD" = 1 ]; then
        mapfile -t COMPREPLY < <(compgen -W "$("$program" help 2>/dev/null | sed -n 's/^  \([a-z]*\) .*/\1/p')" -- "$word")
        return
    fi
    if [[ $word == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$("$program" help "$command" 2>/dev/null | sed -n 's/^  \(--[a-z-]*\) .*/\1/p')" -- "$word")
        return
    fi
    case $before in
    --out | --watch | --cache | --home | --races | --record) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -d -- "$word"); return ;;
    --isa) mapfile -t COMPREPLY < <(compgen -W "auto scalar portable avx2 avx512" -- "$word"); return ;;
    --auth) mapfile -t COMPREPLY < <(compgen -W "on off" -- "$word"); return ;;
    --log) mapfile -t COMPREPLY < <(compgen -W "plain json" -- "$word"); return ;;
    --log-level) mapfile -t COMPREPLY < <(compgen -W "debug info warn error off" -- "$word"); return ;;
    --only) mapfile -t COMPREPLY < <(compgen -W "f1-udp live-timing points event" -- "$word"); return ;;
    --speed) mapfile -t COMPREPLY < <(compgen -W "$([ "$command" = demo ] && echo 20 || echo max) 1 10 100" -- "$word"); return ;;
    --forward) mapfile -t COMPREPLY < <(compgen -W "udp://127.0.0.1:" -- "$word"); return ;;
    --flag) mapfile -t COMPREPLY < <(compgen -W "green sc vsc red" -- "$word"); return ;;
    --objective) mapfile -t COMPREPLY < <(compgen -W "points position win top: cvar championship" -- "$word"); return ;;
    --set) mapfile -t COMPREPLY < <(compgen -W "neutralisations=actual plans=actual pace=actual circuit= season= effects. pit. cars. rules. weather." -- "$word"); return ;;
    import) mapfile -t COMPREPLY < <(compgen -W "auto fastf1 livetiming openf1 ergast tum grcup pitboard" -- "$word"); return ;;
    db) mapfile -t COMPREPLY < <(compgen -W "migrate check backup restore retain" -- "$word"); return ;;
    user) mapfile -t COMPREPLY < <(compgen -W "add list set remove" -- "$word"); return ;;
    key) mapfile -t COMPREPLY < <(compgen -W "add list remove" -- "$word"); return ;;
    --role) mapfile -t COMPREPLY < <(compgen -W "viewer engineer admin" -- "$word"); return ;;
    decode) mapfile -t COMPREPLY < <(compgen -W "f1-udp live-timing points event" -- "$word"); return ;;
    --store) mapfile -t COMPREPLY < <(compgen -W "sqlite: postgresql://" -- "$word"); return ;;
    train | explain) mapfile -t COMPREPLY < <(compgen -W "$(_pitboard_kinds "$program") $([ "$before" = train ] && echo all)" -- "$word"); return ;;
    models) mapfile -t COMPREPLY < <(compgen -W "list show promote rollback drift" -- "$word"); return ;;
    list) [ "$command" = models ] && mapfile -t COMPREPLY < <(compgen -W "$(_pitboard_kinds "$program")" -- "$word"); return ;;
    show | promote | rollback | drift) mapfile -t COMPREPLY < <(compgen -W "$(_pitboard_kinds "$program")" -- "$word"); return ;;
    help) mapfile -t COMPREPLY < <(compgen -W "$("$program" help 2>/dev/null | sed -n 's/^  \([a-z]*\) .*/\1/p')" -- "$word"); return ;;
    backtest) mapfile -t COMPREPLY < <(compgen -W "resim forecast live pace sc rain pitcall pitstop calls regret undercut stops rejoin" -- "$word"); return ;;
    bench) mapfile -t COMPREPLY < <(compgen -W "sim_full_field sim_full_field_avx512 sim_full_field_avx2 sim_full_field_portable sim_full_field_scalar sim_whatif_1000 sim_two_threads decide_full decide_call decide_field tree_row tree_row_shap udp_decode points_pipeline" -- "$word"); return ;;
    esac
    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(compgen -f -- "$word")
}
complete -F _pitboard pitboard
